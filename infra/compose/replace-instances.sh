#!/bin/bash
# Replaces the instances of a service with the same number of new ones from its current image, without downtime:
#   docker compose build && infra/compose/replace-instances.sh order
# With overlays, set COMPOSE_FILE first.
set -euo pipefail
cd "$(dirname "$0")/../.."
service=${1:?usage: replace-instances.sh product|order}

mapfile -t old < <(docker compose ps --quiet "$service")
[ ${#old[@]} -gt 0 ] || { echo "no instance of $service is running" >&2; exit 1; }
docker compose up --detach --wait --no-deps --no-recreate --scale "$service=$((2 * ${#old[@]}))" "$service"
# The balancer finds the new instances within a second. The old ones finish their requests.
for instance in "${old[@]}"; do
  docker stop -t 30 "$instance"
  docker rm "$instance"
done
