"""The schema over time. `ccswitch/records/migrations` is a link to here, so that an installed package carries it."""
