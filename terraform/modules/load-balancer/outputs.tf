output "target_group_arn" {
  description = "ARN of the target group, once requests can come to it."
  value       = aws_lb_target_group.this.arn

  depends_on = [aws_lb_listener.this]
}

output "dns_name" {
  description = "Name to point the domain at, with an alias record."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "Hosted zone of that name, for the alias record."
  value       = aws_lb.this.zone_id
}

output "metric_dimensions" {
  description = "What CloudWatch calls the load balancer and the target group."
  value       = { LoadBalancer = aws_lb.this.arn_suffix, TargetGroup = aws_lb_target_group.this.arn_suffix }
}
