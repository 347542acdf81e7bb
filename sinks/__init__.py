"""Where finished items go: DynamoDB tables and Kafka topics."""
