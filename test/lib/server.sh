# shellcheck shell=bash
# Builds the extension and runs throw-away servers that can load it; nothing is installed. To be sourced by bash.
#
#   server_build                       make, and a staged installation in $BUILD/stage
#   server_start NAME [setting=value]  a new server: data, socket, extension and log in a folder of its own.
#                                      Exports PGHOST PGPORT PGUSER PGDATABASE PG_BINDIR, and PATH with PG_BINDIR first
#   server_down [MODE]  server_up      stops and starts it again, data kept (MODE: fast, immediate = a crash)
#   server_stop                        stops it and removes its folder; happens by itself when the shell ends
#   server_aside                       sets the server aside, running, so that this shell may start another one
#   server_use NAME                    makes one that was set aside the current one again (the current one goes aside)
#   server_standby NAME [setting=value]  a streaming copy of the current server, which is set aside
#   as_server COMMAND...               runs a command as the user the server runs as
#   at_exit COMMAND...                 runs a command when the shell ends, however it ends; last one first
#
# One current server per shell. The server refuses to run as root: for root it runs as "postgres", else as "nobody".
# LEADSCORE_STAGING=destdir|path|copy overrides how the server finds the extension (see stage_for_server).

SERVER_LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export ROOT=${SERVER_LIB%/test/lib}
export BUILD=$ROOT/build
export PG_CONFIG=${PG_CONFIG:-pg_config}
SERVER_HOME=
SERVER_USER=
SERVER_WATCHDOG=
declare -A SERVERS_ASIDE=()
AT_EXIT=()

at_exit() { AT_EXIT=("$(printf '%q ' "$@")" "${AT_EXIT[@]}"); }

run_at_exit() {
  local command
  for command in "${AT_EXIT[@]}"; do
    eval "$command" || true
  done
}
trap run_at_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

server_build() {
  mkdir -p "$BUILD/log"
  local log=$BUILD/log/build.log
  if ! (flock 9; stage_extension) 9>"$BUILD/lock" >"$log" 2>&1; then
    cat "$log"
    return 1
  fi
}

# Other flags to make (WERROR=1) come in MAKE_OPTIONS. A make above us shall not pass its own down.
stage_extension() {
  unset MAKEFLAGS MFLAGS MAKELEVEL
  cd "$ROOT" || return
  # shellcheck disable=SC2086
  make -j"$(nproc)" PG_CONFIG="$PG_CONFIG" ${MAKE_OPTIONS-} all &&
    rm -rf "$BUILD/stage" &&
    make PG_CONFIG="$PG_CONFIG" ${MAKE_OPTIONS-} install DESTDIR="$BUILD/stage"
}

as_server() {
  if [[ -n $SERVER_USER ]]; then
    (cd "$SERVER_HOME" && runuser -u "$SERVER_USER" -- "$@")
  else
    (cd "$SERVER_HOME" && "$@")
  fi
}

server_start() {
  local name=$1
  shift
  server_prepare "$name" || return
  as_server env LC_ALL=C "$PG_BINDIR/initdb" -D "$SERVER_HOME/data" -U postgres --auth=trust \
    --encoding=UTF8 --locale=C --no-sync >"$SERVER_HOME/initdb.log" 2>&1 || { cat "$SERVER_HOME/initdb.log"; return 1; }
  server_configure_and_up "$@"
}

server_standby() {
  local name=$1 primary=$PGHOST
  shift
  server_aside
  server_prepare "$name" || return
  as_server "$PG_BINDIR/pg_basebackup" -h "$primary" -p 5432 -U postgres -D "$SERVER_HOME/data" --write-recovery-conf --wal-method=stream \
    --checkpoint=fast --no-sync || return
  server_configure_and_up "$@"
}

# The folder of a new server with the extension in it, without data.
server_prepare() {
  [[ -z $SERVER_HOME ]] || { echo "server.sh: this shell has a server already" >&2; return 1; }
  # Nothing of the caller's connection settings may reach the server or its clients.
  local variable
  for variable in "${!PG@}"; do
    [[ $variable == PG_CONFIG ]] || unset "$variable"
  done
  PG_BINDIR=$("$PG_CONFIG" --bindir) || return

  choose_server_user
  SERVER_NAME=$1
  make_server_home || return
  at_exit stop_all_servers
  start_watchdog
  (flock 9; cp -R "$BUILD/stage" "$SERVER_HOME/stage") 9>"$BUILD/lock" || return
  stage_for_server || return
  [[ -z $SERVER_USER ]] || chown -R "$SERVER_USER" "$SERVER_HOME"
  chmod -R u+rwX,go-w "$SERVER_HOME"
}

server_configure_and_up() {
  server_settings "$@" | as_server tee -a "$SERVER_HOME/data/postgresql.conf" >/dev/null || return
  server_up || return
  export PATH=$PG_BINDIR:$PATH
  server_environment
}

server_environment() { export PG_BINDIR PGHOST=$SERVER_HOME/socket PGPORT=5432 PGUSER=postgres PGDATABASE=postgres; }

server_aside() {
  SERVERS_ASIDE[$SERVER_NAME]=$(printf '%q ' "$SERVER_HOME" "$SERVER_LINK" "$SERVER_WATCHDOG" "$SERVER_STAGING" "$PG_BINDIR")
  SERVER_HOME=
  SERVER_WATCHDOG=
}

server_use() {
  if [[ -n $SERVER_HOME && $SERVER_NAME == "$1" ]]; then
    server_environment
    return
  fi
  [[ -n ${SERVERS_ASIDE[$1]-} ]] || { echo "server.sh: no server $1 aside" >&2; return 1; }
  [[ -z $SERVER_HOME ]] || server_aside
  local state
  eval "state=(${SERVERS_ASIDE[$1]})"
  unset "SERVERS_ASIDE[$1]"
  SERVER_NAME=$1 SERVER_HOME=${state[0]} SERVER_LINK=${state[1]} SERVER_WATCHDOG=${state[2]} SERVER_STAGING=${state[3]} PG_BINDIR=${state[4]}
  server_environment
}

stop_all_servers() {
  local name
  server_stop
  for name in "${!SERVERS_ASIDE[@]}"; do
    server_use "$name"
    server_stop
  done
}

server_up() {
  if ! as_server env LC_ALL=C "$PG_BINDIR/pg_ctl" -D "$SERVER_HOME/data" -l "$SERVER_HOME/log" -w -t 120 start >/dev/null; then
    cat "$SERVER_HOME/log" >&2
    return 1
  fi
}

server_down() {
  as_server "$PG_BINDIR/pg_ctl" -D "$SERVER_HOME/data" -m "${1:-fast}" -w -t 120 stop >/dev/null
}

server_stop() {
  [[ -n $SERVER_HOME ]] || return 0
  if [[ -f $SERVER_HOME/data/postmaster.pid ]]; then
    server_down || server_down immediate || true
  fi
  if [[ -n $SERVER_WATCHDOG ]]; then
    kill "$SERVER_WATCHDOG" 2>/dev/null || true
  fi
  if [[ -f $SERVER_HOME/log ]]; then
    cp "$SERVER_HOME/log" "$BUILD/log/server.$SERVER_NAME.log" || true
  fi
  rm -rf "$SERVER_HOME"
  rm -f "$SERVER_LINK"
  SERVER_HOME=
  SERVER_WATCHDOG=
}

choose_server_user() {
  SERVER_USER=
  if [[ $(id -u) -eq 0 ]]; then
    SERVER_USER=postgres
    id postgres >/dev/null 2>&1 || SERVER_USER=nobody
  fi
}

# A folder of its own for every server, so that two checkouts, or two runs in one, never meet. It lies in $BUILD unless
# the server's user cannot get there (a checkout in root's home) or the path is too long for a socket (107 bytes).
make_server_home() {
  local socket
  mkdir -p "$BUILD/log"
  SERVER_LINK=
  SERVER_HOME=$(mktemp -d "$BUILD/server.$SERVER_NAME.XXXXXX") || return
  hand_to_server "$SERVER_HOME"
  socket=$SERVER_HOME/socket/.s.PGSQL.5432
  if [[ $(printf %s "$socket" | wc -c) -gt 107 ]] || ! (as_server test -w "$SERVER_HOME") 2>/dev/null; then
    rmdir "$SERVER_HOME"
    SERVER_HOME=$(mktemp -d "/tmp/leadscore.$SERVER_NAME.XXXXXX") || return
    hand_to_server "$SERVER_HOME"
    SERVER_LINK=$BUILD/server.$SERVER_NAME.${SERVER_HOME##*.}
    ln -s "$SERVER_HOME" "$SERVER_LINK"
  fi
  # Local connections are trusted, so nobody else may reach the socket.
  mkdir -m 700 "$SERVER_HOME/socket"
}

hand_to_server() { [[ -z $SERVER_USER ]] || chown "$SERVER_USER" "$1"; }

# How a server that nothing was installed into finds the extension:
#   destdir  Debian's servers look below extension_destdir first
#   path     PostgreSQL 18 and later have search paths for both files
#   copy     any other: a copy of the server's files with ours among them; it finds them relative to its own program
stage_for_server() {
  local settings
  SERVER_STAGING=${LEADSCORE_STAGING-}
  if [[ -z $SERVER_STAGING ]]; then
    settings=$("$PG_BINDIR/postgres" --describe-config) || return
    case $settings in
      *extension_destdir*) SERVER_STAGING=destdir ;;
      *extension_control_path*) SERVER_STAGING=path ;;
      *) SERVER_STAGING=copy ;;
    esac
  fi
  if [[ $SERVER_STAGING == copy ]]; then
    local directory copy=$SERVER_HOME/copy
    for directory in "$PG_BINDIR" "$("$PG_CONFIG" --pkglibdir)" "$("$PG_CONFIG" --sharedir)"; do
      mkdir -p "$copy$directory"
      cp -RL "$directory/." "$copy$directory/" 2>/dev/null || true   # dangling links, as to pages of a manual
    done
    cp -R "$SERVER_HOME/stage/." "$copy/"
    PG_BINDIR=$copy$PG_BINDIR
  fi
}

server_settings() {
  local setting stage=$SERVER_HOME/stage
  case $SERVER_STAGING in
    destdir)
      echo "extension_destdir = '$stage'" ;;
    path)
      echo "extension_control_path = '$stage$("$PG_CONFIG" --sharedir):\$system'"
      echo "dynamic_library_path = '$stage$("$PG_CONFIG" --pkglibdir):\$libdir'" ;;
  esac
  cat <<-SETTINGS
	listen_addresses = ''
	unix_socket_directories = '$SERVER_HOME/socket'
	port = 5432
	fsync = off
	full_page_writes = off
	max_connections = 50
	timezone = 'UTC'
	log_timezone = 'UTC'
	log_line_prefix = '%m [%p] %d '
	SETTINGS
  for setting in "$@"; do
    echo "${setting%%=*} = '${setting#*=}'"
  done
}

# Stops the server and removes its folder when this shell is gone without having done so (kill -9).
start_watchdog() {
  setsid "$SERVER_LIB/watchdog" "$$" "$SERVER_HOME" "$PG_BINDIR" "$SERVER_USER" "$SERVER_LINK" </dev/null >/dev/null 2>&1 &
  SERVER_WATCHDOG=$!
  disown
}
