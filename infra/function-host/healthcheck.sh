#!/bin/bash
# Checks the function host of this container. It uses only bash, because starting Node every few seconds would use more
# processor time than an idle shop. The caller sets the timeout.
set -euo pipefail
case ${SERVICE:-} in
  product) port=${PRODUCT_SERVICE_PORT:-8080} ;;
  order) port=${ORDER_SERVICE_PORT:-8081} ;;
  *) port=${HTTP_PORT:-3000} ;;
esac
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n' >&3
read -r -u 3 _ status _
[ "$status" = 200 ]
