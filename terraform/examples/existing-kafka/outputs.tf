output "dashboard_dns_name" {
  description = "Name to point the dashboard's domain at."
  value       = module.dashboard.dns_name
}

output "dashboard_callback_url" {
  description = "Where the identity provider must let users come back to."
  value       = module.dashboard.callback_url
}

output "security_group_ids" {
  description = "IDs of the security groups that Kafka must let in."
  value       = { dataflow = module.dataflow.security_group_id, dashboard = module.dashboard.security_group_id }
}

output "repository_urls" {
  description = "Where to push the images."
  value       = module.ecr.repository_urls
}

output "run_topics_command" {
  description = "Makes the topics that are missing, before the first start; says how the others differ."
  value       = module.dataflow.run_topics_command
}
