output "kms_key_arn" {
  description = "ARN of the key that encrypts everything."
  value       = aws_kms_key.this.arn
}

output "cluster_arn" {
  description = "ARN of the ECS cluster."
  value       = aws_ecs_cluster.this.arn
}

output "cluster_name" {
  description = "Name of the ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "access_logs_bucket" {
  description = "Bucket that takes the access logs of load balancers."
  # Through the policy, so that no load balancer asks to log before it may.
  value = aws_s3_bucket_policy.access_logs.bucket
}
