#!/usr/bin/env bash
# Makes sure that what a purpose needs is on this machine, and installs what is missing with apt.
#
#   test/lib/setup.sh check|demo|bench|unit|fuzz [package...]
#
# What is there is found by looking for it, not by package names: a server built by hand serves as well.
# Says nothing when nothing is missing.
set -euo pipefail

PG_CONFIG=${PG_CONFIG:-pg_config}
missing=()
wished=()

has() { command -v "$1" >/dev/null; }
header() { has g++ && printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$1" | g++ -E -x c++ - >/dev/null 2>&1; }
eigen() { header Eigen/Dense || header eigen3/Eigen/Dense || { has pkg-config && pkg-config --exists eigen3; }; }
postgres_server() { has "$PG_CONFIG" && [[ -x $("$PG_CONFIG" --bindir)/postgres && -x $("$PG_CONFIG" --bindir)/psql ]]; }
postgres_headers() { has "$PG_CONFIG" && [[ -f $("$PG_CONFIG" --pgxs) && -f $("$PG_CONFIG" --includedir-server)/postgres.h ]]; }
fuzzer_runtime() { has clang++ && echo 'extern "C" int LLVMFuzzerTestOneInput() { return 0; }' |
                   clang++ -fsanitize=fuzzer,address -x c++ - -o /dev/null 2>/dev/null; }

pg_cron() { has "$PG_CONFIG" && [[ -f $("$PG_CONFIG" --pkglibdir)/pg_cron.so ]]; }

# need PACKAGE COMMAND...: the package is missing when the command fails.
need() {
  local package=$1
  shift
  "$@" || missing+=("$package")
}
# wish PACKAGE COMMAND...: the same, but a distribution that does not have it, or a server that is not the distribution's, does
# without: the tests that want it say so and are skipped.
wish() {
  local package=$1
  shift
  "$@" || wished+=("$package")
}

need_build() {
  need g++ has g++
  need make has make
  need nlohmann-json3-dev header nlohmann/json.hpp
  need libxxhash-dev header xxhash.h
  need libeigen3-dev eigen
}
need_server() {
  need postgresql-MAJOR postgres_server
  need postgresql-server-dev-MAJOR postgres_headers
  need tzdata test -e /usr/share/zoneinfo/UTC
}
need_unit() {
  need cmake has cmake
  need libgtest-dev header gtest/gtest.h
}
need_fuzz() {
  need cmake has cmake
  need clang has clang++
  need libclang-rt-dev fuzzer_runtime
}
need_other() {
  need python3 has python3
  need git has git
  need xz-utils has xz
}

need_model_tests() { wish postgresql-MAJOR-cron pg_cron; }

# For 78_drivers. A distribution's modules are found by its own Python only, another may come first in PATH.
python_module() { python3 -c "import $1" 2>/dev/null || /usr/bin/python3 -c "import $1" 2>/dev/null; }
node_postgres() { has node && NODE_PATH=/usr/share/nodejs:build/node-pg/usr/share/nodejs node -e 'require("pg")' 2>/dev/null; }
java_compiler() { has java && { has javac || has ecj; }; }
odbc_driver() { [[ -n $(find /usr/lib /usr/lib64 /usr/local/lib -name psqlodbcw.so 2>/dev/null) ]]; }
need_driver_tests() {
  wish python3-psycopg2 python_module psycopg2
  wish python3-psycopg python_module psycopg
  wish python3-pyodbc python_module pyodbc
  wish odbc-postgresql odbc_driver
  wish node-pg node_postgres
  wish libpostgresql-jdbc-java test -e /usr/share/java/postgresql.jar
  # Brings a Java of its own if there is none, and is a small part of a JDK.
  wish ecj java_compiler
}

# The server version this distribution ships.
distribution_major() {
  local major=''
  if has apt-cache; then
    major=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1)
  fi
  echo "${major:-15}"
}

# Each package once; of those wished for what apt can give (Debian's node-pg not beside somebody else's nodejs), and modules of
# the server if that is the distribution's own.
resolve_missing() {
  local major package
  major=$(distribution_major)
  for package in ${wished[@]+"${wished[@]}"}; do
    if [[ $package == *MAJOR* ]] && postgres_server && [[ $("$PG_CONFIG" --bindir) != /usr/lib/postgresql/$major/bin ]]; then continue; fi
    package=${package//MAJOR/$major}
    if has apt-get && apt-get install -s -qq --no-install-recommends "$package" >/dev/null 2>&1; then missing+=("$package"); fi
  done
  wished=()
  mapfile -t missing < <(printf '%s\n' ${missing[@]+"${missing[@]//MAJOR/$major}"} | sort -u | sed '/^$/d')
}

purpose=${1:?purpose: check, demo, bench, unit or fuzz}
shift

need_build
case $purpose in
  check) need_server; need_unit; need_fuzz; need_other; need_model_tests; need_driver_tests ;;
  demo)  need_server ;;
  bench) need_server; need python3 has python3 ;;
  unit)  need_unit ;;
  fuzz)  need_fuzz ;;
  *) echo "setup: unknown purpose $purpose" >&2; exit 2 ;;
esac
for package in "$@"; do
  need "$package" dpkg -s "$package" >/dev/null 2>&1
done
can_install() { [[ $(id -u) -eq 0 ]] || { has sudo && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; }; }
# Wishes alone are no reason to bother anybody.
if [[ ${#missing[@]} -eq 0 && ${#wished[@]} -gt 0 ]] && has apt-get && can_install; then
  resolve_missing
fi
if [[ ${#missing[@]} -eq 0 ]]; then
  exit 0
fi

if ! has apt-get; then
  echo "setup: missing here (Debian's names): ${missing[*]}" >&2
  exit 1
fi
as_root=()
if can_install; then
  [[ $(id -u) -eq 0 ]] || as_root=(sudo)
else
  resolve_missing
  echo "setup: run this as root, then try again:" >&2
  echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

in_apt() { ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive "$@"; }

in_apt apt-get update -qq
resolve_missing
echo "setup: installing ${missing[*]}"
# The server's package would create and start a cluster of its own. Neither is wanted, and no setting shall stay
# behind: so its configuration is fetched first, and says no for as long as the packages are being installed.
# shellcheck disable=SC2016
in_apt bash -c '
  set -euo pipefail
  if [[ " $* " == *" postgresql-"* ]]; then
    apt-get install -qq -y --no-install-recommends postgresql-common >/dev/null
    quiet=/etc/postgresql-common/createcluster.d/leadscore-setup.conf
    mkdir -p "${quiet%/*}"
    trap "rm -f $quiet; rmdir --ignore-fail-on-non-empty ${quiet%/*}" EXIT
    echo "create_main_cluster = false" > "$quiet"
  fi
  apt-get install -qq -y --no-install-recommends "$@" >/dev/null
' setup "${missing[@]}"
