#!/bin/sh
# The two roles and the database, made once when PostgreSQL's data folder is new: the owner changes
# the schema and nothing else; the application owns nothing and stays under row-level security.
set -eu

psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
  --set=owner_password="$DB_OWNER_PASSWORD" --set=app_password="$DB_APP_PASSWORD" <<'SQL'
CREATE ROLE registration_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  PASSWORD :'owner_password';
CREATE ROLE registration_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  PASSWORD :'app_password';
CREATE DATABASE registration OWNER registration_owner TEMPLATE template0
  ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE registration FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE registration TO registration_app;
SQL
