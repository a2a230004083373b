# shellcheck shell=bash
# Loads real data into tables of the schema "data". To be sourced by bash, with tap.sh.
#
#   load_data NAME...     once each; false if a file is not there, whose name is in missing_data then
#
# The files keep their columns and names. Columns that hold numbers only become numeric; `training` tells the split of the data's description.

DATA_FOLDER=${SHARED_DATA:-$ROOT/../shared/data}
missing_data=
declare -A LOADED=()

# table_from TABLE FILE: a file of comma-separated values, which may be compressed, with a header.
table_from() {
  local show=cat
  [[ $2 != *.xz ]] || show="xz -dc"
  $show "$2" | python3 -c '
import csv, sys
columns = ", ".join("\"%s\" text" % name.replace("\"", "\"\"") for name in next(csv.reader(sys.stdin)))
print("CREATE TABLE data.%s (%s);" % (sys.argv[1], columns))' "$1" | sql
  $show "$2" | sql -c "COPY data.$1 FROM STDIN (FORMAT csv, HEADER)"
  sql -c "SELECT give_types('data.$1')" >/dev/null
}

files_of() {
  case $1 in
    xeducation) echo xeducation_leads.csv.xz ;;
    hillstrom) echo hillstrom.csv.xz ;;
    online_retail) echo online_retail.csv.xz ;;
    maven) echo maven_sales_pipeline.csv.xz maven_accounts.csv maven_products.csv maven_sales_teams.csv ;;
    *) echo "load.sh: no data $1" >&2; return 1 ;;
  esac
}

load_data() {
  local name file table
  for name in "$@"; do
    [[ -z ${LOADED[$name]-} ]] || continue
    for file in $(files_of "$name"); do
      if [[ ! -r $DATA_FOLDER/$file ]]; then
        missing_data=$file
        return 1
      fi
    done
    for file in $(files_of "$name"); do
      table=${file%%.*}
      table=${table%_leads}
      table_from "$table" "$DATA_FOLDER/$file"
    done
    sql -v ON_ERROR_STOP=1 -f "test/outcomes/load_$name.sql"
    LOADED[$name]=yes
  done
}
