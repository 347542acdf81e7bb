output "cluster_arn" {
  description = "ARN of the Kafka cluster."
  value       = aws_msk_cluster.this.arn
}

output "cluster_name" {
  description = "Name of the Kafka cluster."
  value       = aws_msk_cluster.this.cluster_name
}

output "bootstrap_servers_iam" {
  description = "Brokers for clients that sign in with IAM, in a fixed order."
  value       = join(",", sort(split(",", aws_msk_cluster.this.bootstrap_brokers_sasl_iam)))
}

output "bootstrap_servers_scram" {
  description = "Brokers for clients that sign in with a password, in a fixed order."
  value       = join(",", sort(split(",", aws_msk_cluster.this.bootstrap_brokers_sasl_scram)))
}

output "scram_secret_arn" {
  description = "ARN of the secret with Snowbridge's user and password, once the brokers know it."
  value       = aws_msk_single_scram_secret_association.this.secret_arn
}

output "security_group_id" {
  description = "ID of the brokers' security group."
  value       = aws_security_group.this.id
}

output "kinesis_streams" {
  description = "Name and ARN of each Kinesis stream, by what it carries."
  value       = { for key, stream in aws_kinesis_stream.this : key => { name = stream.name, arn = stream.arn } }
}
