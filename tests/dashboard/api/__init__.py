"""The API, asked over sockets."""
