#!/bin/sh
# Runs the kernel tests on an addon built with AddressSanitizer and UndefinedBehaviorSanitizer; any finding fails the run.
# Usage: npm run setup, then scripts/sanitize.sh [test files]
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
PATH="$root/node_modules/.bin:$PATH"
export PATH

if [ ! -x node_modules/.bin/cmake-js ]; then
  echo "sanitize: the npm packages are missing; run: npm run setup" >&2
  exit 1
fi
runtime=$(g++ -print-file-name=libasan.so)
if [ ! -e "$runtime" ]; then
  echo "sanitize: g++ has no AddressSanitizer runtime here; on Debian: apt-get install libasan8 (g++ brings it)" >&2
  exit 1
fi

log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
echo "sanitize: building native/build-sanitize" >&2
cmake-js compile -d native -O native/build-sanitize -B RelWithDebInfo --CDNUMPYWREN_SANITIZE=ON >"$log/build" 2>&1 || {
  cat "$log/build" >&2
  exit 1
}

# Node itself is not instrumented: its leaks at exit and its own allocator tricks are not ours, so leaks are not counted.
export NUMPYWREN_ADDON="$root/native/build-sanitize/RelWithDebInfo/numpywren.node"
export ASAN_OPTIONS="detect_leaks=0:abort_on_error=0:exitcode=99:log_path=$log/asan"
export UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1:exitcode=99:log_path=$log/ubsan"
status=0
LD_PRELOAD="$runtime $(g++ -print-file-name=libstdc++.so.6)" node node_modules/.bin/ava --serial "${@:-test/kernels/**}" || status=$?
findings=$(find "$log" -name '*san.*' | wc -l)
find "$log" -name '*san.*' -exec cat {} + >&2
echo "sanitize: tests ended with $status, sanitizer reports: $findings" >&2
[ "$status" -eq 0 ] && [ "$findings" -eq 0 ]
