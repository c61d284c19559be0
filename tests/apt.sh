#!/bin/sh
# Installs the Debian packages that tests/apt.txt names, where this user may; says so where not.
cd "$(dirname "$0")" || exit 1
missing=""
for package in $(cat apt.txt); do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing$missing"
  # shellcheck disable=SC2086 # a list of names
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "tests that need$missing will be skipped; install them with: apt-get install$missing"
