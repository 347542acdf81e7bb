output "repository_urls" {
  description = "Where to push each image, by its name."
  value       = { for image, repository in aws_ecr_repository.this : image => repository.repository_url }
}

output "repository_arns" {
  description = "ARN of each repository, by the image's name."
  value       = { for image, repository in aws_ecr_repository.this : image => repository.arn }
}
