#!/bin/sh
# pandoc, stopped where it cannot come to an end: some knots of brackets take it years. Seconds of
# processor time; a text of four megabytes takes it a quarter of them.
ulimit -t "${FLEURON_PANDOC_SECONDS:-90}"
exec "$FLEURON_PANDOC" "$@"
