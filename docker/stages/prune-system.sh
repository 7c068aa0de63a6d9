#!/bin/sh
# Takes from the base what a worker has no use for: npm, headers, documents (copyright files stay), package lists, logs. Nothing runs with another's rights.
set -eu
rm -rf /usr/local/include /usr/local/lib/node_modules /usr/local/share /opt/* /tmp/* /root/.[!.]* \
  /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg /usr/local/bin/nodejs \
  /usr/local/bin/docker-entrypoint.sh
rm -rf /usr/share/man /usr/share/info /usr/share/locale /usr/share/lintian /var/lib/apt/lists/* /var/cache/* /var/log/*
find /usr/share/doc -type f ! -name copyright -delete
find / -xdev -perm /6000 -type f -exec chmod a-s {} +
grep -q '^[^:]*:[^:]*:990:' /etc/group || echo 'numpywren:x:990:' >> /etc/group
grep -q '^[^:]*:[^:]*:993:' /etc/passwd || echo 'numpywren:x:993:990:numpywren worker:/tmp:/usr/sbin/nologin' >> /etc/passwd
mkdir -p /usr/local/share /var/cache /var/log
