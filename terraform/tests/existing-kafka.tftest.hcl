# Only the flow, its tables and the dashboard, beside a Kafka that takes a password.

mock_provider "aws" {
  source = "./tests/mocks"
}

override_resource {
  target = module.tables.aws_dynamodb_table.this["profiles"]
  values = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/viewer_profiles" }
}

override_resource {
  target = module.tables.aws_dynamodb_table.this["history"]
  values = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/video_events" }
}

run "existing_kafka" {
  module {
    source = "./examples/existing-kafka"
  }

  variables {
    image_tag                 = "1.0.0"
    dashboard_domain          = "viewers.example.com"
    dashboard_certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/dashboard"

    vpc = {
      id                 = "vpc-11111111"
      public_subnet_ids  = ["subnet-1", "subnet-2"]
      private_subnet_ids = ["subnet-3", "subnet-4"]
    }

    kafka = {
      bootstrap_servers   = "broker.example:9096"
      cidr_blocks         = ["10.0.0.0/16"]
      password_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kafka-AbCdEf"
      password_key_arn    = "arn:aws:kms:eu-west-1:123456789012:key/kafka"
    }

    oidc = {
      issuer                 = "https://id.example.com"
      authorization_endpoint = "https://id.example.com/authorize"
      token_endpoint         = "https://id.example.com/token"
      user_info_endpoint     = "https://id.example.com/userinfo"
      client_id              = "viewers"
      client_secret_arn      = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:viewers-AbCdEf"
    }
  }

  assert {
    condition     = strcontains(output.run_topics_command, "securityGroups=[sg-")
    error_message = "The topics task must run with the group that Kafka lets in."
  }

  assert {
    condition     = alltrue([for program in ["dataflow", "dashboard"] : startswith(output.security_group_ids[program], "sg-")])
    error_message = "Whoever runs Kafka must learn the groups of all that come to it."
  }
}
