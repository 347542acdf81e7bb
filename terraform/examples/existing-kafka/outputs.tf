output "dashboard_dns_name" {
  description = "Name to point the dashboard's domain at."
  value       = module.dashboard.dns_name
}

output "dashboard_callback_url" {
  description = "Where the identity provider must let users come back to."
  value       = module.dashboard.callback_url
}

output "dataflow_security_group_id" {
  description = "ID of the security group that Kafka must let in."
  value       = module.dataflow.security_group_id
}

output "repository_urls" {
  description = "Where to push the images."
  value       = module.ecr.repository_urls
}

output "run_topics_command" {
  description = "Makes the topics that the flow writes; before the first start."
  value       = module.dataflow.run_topics_command
}
