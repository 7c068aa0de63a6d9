#!/bin/sh
# Takes from a node_modules what no program loads: types, sources, maps, documents (licences stay), and the second copy of modules that come in two forms.
set -eu
find "$1" -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.flow' \
  -o -iname 'readme*' -o -iname 'changelog*' -o -iname 'history*' -o -name '*.markdown' \
  -o -name '.package-lock.json' -o -name '.eslintrc*' -o -name '.editorconfig' -o -name 'tsconfig*.json' \) -delete
# Node takes their `main`, which is dist-cjs; dist-es is for bundlers.
find "$1/@aws-sdk" "$1/@smithy" "$1/@aws" -type d \( -name dist-es -o -name dist-types \) -prune -exec rm -r {} +
find "$1" -type d \( -name test -o -name tests -o -name __tests__ -o -name docs -o -name .github \) -prune -exec rm -r {} +
rm -rf "$1/.bin" "$1/@types" "$1/undici-types" "$1/type-fest"
find "$1" -type d -empty -delete
