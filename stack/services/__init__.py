"""Kafka and DynamoDB on this machine, with their topics and tables."""
