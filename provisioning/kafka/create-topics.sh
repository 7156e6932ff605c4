#!/usr/bin/env bash
# Makes the topics named, or otlp_logs; those that are there already stay as they are. README.md says why these settings.
#   BOOTSTRAP  host:port of a broker (127.0.0.1:9092)
#   KAFKA_BIN  folder of Kafka's scripts; empty: on the PATH
#   COMMAND_CONFIG  properties file with TLS and SASL for the scripts, where the brokers want them
set -euo pipefail
bootstrap=${BOOTSTRAP:-127.0.0.1:9092}
topics=${KAFKA_BIN:+$KAFKA_BIN/}kafka-topics.sh
[ $# -gt 0 ] || set -- otlp_logs
for topic in "$@"; do
  "$topics" --bootstrap-server "$bootstrap" ${COMMAND_CONFIG:+--command-config "$COMMAND_CONFIG"} \
    --create --if-not-exists --topic "$topic" \
    --partitions "${PARTITIONS:-12}" --replication-factor "${REPLICAS:-3}" \
    --config "min.insync.replicas=${MIN_INSYNC:-2}" \
    --config "retention.ms=${RETENTION_MS:-86400000}" \
    --config cleanup.policy=delete --config compression.type=producer
done
