#!/bin/bash
# Forms the group of infra/compose/mysql-cluster.yml, then watches it: when all members are up and none is in a group, the one
# with the most recent commits starts the group again. A member that restarts alone rejoins by itself.
set -u
read -ra members <<<"$MEMBERS"

query() { mysql --host="$1" --user=root --connect-timeout=3 --batch --skip-column-names --execute="$2" 2>/dev/null; }

online_members() {
  for member in "${members[@]}"; do
    query "$member" "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE MEMBER_STATE = 'ONLINE'"
  done | sort -n | tail -n 1
}

is_joining() {
  for member in "${members[@]}"; do
    query "$member" "SELECT MEMBER_STATE FROM performance_schema.replication_group_members WHERE MEMBER_STATE = 'RECOVERING'"
  done | grep -q .
}

# The account by which a member receives what it missed. Not replicated, because each member needs it before it joins.
prepare() {
  query "$1" "SET SESSION sql_log_bin = 0;
    CREATE USER IF NOT EXISTS 'replication'@'%' IDENTIFIED BY '${MYSQL_PWD//\'/\'\'}';
    GRANT REPLICATION SLAVE, BACKUP_ADMIN, CONNECTION_ADMIN ON *.* TO 'replication'@'%';
    STOP GROUP_REPLICATION;
    CHANGE REPLICATION SOURCE TO SOURCE_USER = 'replication', SOURCE_PASSWORD = '${MYSQL_PWD//\'/\'\'}'
      FOR CHANNEL 'group_replication_recovery'" || return 1
  # A new server has logged the creation of its data. The group would refuse it because of that.
  local commits
  commits=$(query "$1" "SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, '') LIKE CONCAT('%', @@group_replication_group_name, '%')") || return 1
  [ "$commits" = 1 ] || query "$1" 'SET GLOBAL super_read_only = OFF; RESET BINARY LOGS AND GTIDS'
}

# A member whose commits contain those of all others.
most_recent() {
  local candidate other commits
  for candidate in "${members[@]}"; do
    local contains_all=1
    for other in "${members[@]}"; do
      commits=$(query "$other" 'SELECT @@GLOBAL.gtid_executed' | tr -d '\n')
      [ "$(query "$candidate" "SELECT GTID_SUBSET('$commits', @@GLOBAL.gtid_executed)")" = 1 ] || contains_all=0
    done
    if [ $contains_all = 1 ]; then echo "$candidate" && return; fi
  done
  return 1
}

form_group() {
  local first member
  for member in "${members[@]}"; do prepare "$member" || return; done
  first=$(most_recent) || { echo 'no member has all commits of the others: choose one by hand (docs/operations.md)' && return; }
  echo "starting the group on $first"
  query "$first" 'SET GLOBAL group_replication_bootstrap_group = ON; START GROUP_REPLICATION;
    SET GLOBAL group_replication_bootstrap_group = OFF'
  query "$first" "CREATE DATABASE IF NOT EXISTS \`$DATABASE\`"
  for member in "${members[@]}"; do
    [ "$member" = "$first" ] || query "$member" 'START GROUP_REPLICATION'
  done
}

rm -f /tmp/complete
while true; do
  online=$(online_members)
  if [ "${online:-}" = "${#members[@]}" ]; then
    [ -e /tmp/complete ] || { echo "all $online members are online" && touch /tmp/complete; }
  elif [ "${online:-}" = 0 ] && ! is_joining; then
    reachable=0
    for member in "${members[@]}"; do [ "$(query "$member" 'SELECT 1')" = 1 ] && reachable=$((reachable + 1)); done
    [ $reachable = ${#members[@]} ] && form_group
  fi
  sleep 3
done
