#!/bin/bash
# Stands in for pulumi-resource-pulumi-nodejs: a process that stays (resident.mts) serves this run. The first line that it
# sends is the port, all further ones are what a plugin of its own would print.
exec 3<>"/dev/tcp/127.0.0.1/$ACT365_PLUGIN_PORT"
printf '%s\n%s\n' "$PWD" "$1" >&3
read -r port <&3
echo "$port"
exec cat <&3 >&2
