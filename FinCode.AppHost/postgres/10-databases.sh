#!/usr/bin/env bash
# A database per service with its owner and the role that the service runs as; nobody else may connect.
set -euo pipefail
for service in auth transactions compliance ledger notifications; do
  psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner="${service}_owner" --set app="$service" --set password="$FINCODE_ROLE_PASSWORD" <<'SQL'
create role :"owner" login password :'password';
create role :"app" login password :'password';
create database :"app" owner :"owner";
revoke all on database :"app" from public;
grant connect on database :"app" to :"app";
SQL
done
