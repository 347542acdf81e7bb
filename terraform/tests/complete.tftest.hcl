# The whole system against a provider that answers for AWS: everything is evaluated, and
# nothing is made. `terraform test` in terraform/ runs it; -verbose shows what would be.

mock_provider "aws" {
  source = "./tests/mocks"
}

# Where one name for all would not do.

override_resource {
  target = module.tables.aws_dynamodb_table.this["profiles"]
  values = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/viewer_profiles" }
}

override_resource {
  target = module.tables.aws_dynamodb_table.this["history"]
  values = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/video_events" }
}

override_resource {
  target = module.collector_pipeline.aws_dynamodb_table.snowbridge["clients"]
  values = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/live-viewers-snowbridge_clients" }
}

override_resource {
  target = module.collector_pipeline.aws_dynamodb_table.snowbridge["checkpoints"]
  values = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/live-viewers-snowbridge_checkpoints" }
}

override_resource {
  target = module.collector_pipeline.aws_dynamodb_table.snowbridge["metadata"]
  values = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/live-viewers-snowbridge_metadata" }
}

override_resource {
  target = module.stream.aws_kinesis_stream.this["raw-good"]
  values = { arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/live-viewers-raw-good" }
}

override_resource {
  target = module.stream.aws_kinesis_stream.this["raw-bad"]
  values = { arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/live-viewers-raw-bad" }
}

override_resource {
  target = module.stream.aws_kinesis_stream.this["enriched-good"]
  values = { arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/live-viewers-enriched-good" }
}

override_resource {
  target = module.stream.aws_kinesis_stream.this["enriched-failed"]
  values = { arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/live-viewers-enriched-failed" }
}

override_resource {
  target = module.stream.aws_kinesis_stream.this["enriched-bad"]
  values = { arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/live-viewers-enriched-bad" }
}

override_resource {
  target = module.ecr.aws_ecr_repository.this["dataflow"]
  values = { arn = "arn:aws:ecr:eu-west-1:123456789012:repository/live-viewers/dataflow", repository_url = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/live-viewers/dataflow" }
}

override_resource {
  target = module.ecr.aws_ecr_repository.this["dashboard"]
  values = { arn = "arn:aws:ecr:eu-west-1:123456789012:repository/live-viewers/dashboard", repository_url = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/live-viewers/dashboard" }
}

override_resource {
  target = module.collector_pipeline.aws_security_group.this["collector"]
  values = { id = "sg-collector" }
}

override_resource {
  target = module.collector_pipeline.aws_security_group.this["enrich"]
  values = { id = "sg-enrich" }
}

override_resource {
  target = module.collector_pipeline.aws_security_group.this["snowbridge"]
  values = { id = "sg-snowbridge" }
}

override_resource {
  target = module.dataflow.aws_security_group.this
  values = { id = "sg-dataflow" }
}

override_resource {
  target = module.dataflow.module.recovery_store.aws_security_group.this
  values = { id = "sg-store" }
}

override_resource {
  target = module.dashboard.aws_security_group.this
  values = { id = "sg-dashboard" }
}

override_resource {
  target = module.stream.aws_security_group.this
  values = { id = "sg-stream" }
}

override_resource {
  target = module.network.aws_security_group.endpoints
  values = { id = "sg-endpoints" }
}

override_resource {
  target = module.collector_pipeline.module.load_balancer.aws_security_group.this
  values = { id = "sg-alb-collector" }
}

override_resource {
  target = module.dashboard.module.load_balancer.aws_security_group.this
  values = { id = "sg-alb-dashboard" }
}

override_resource {
  target = module.dataflow.module.task.aws_cloudwatch_log_group.this
  values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/live-viewers-dataflow" }
}

override_resource {
  target = module.dataflow.module.topics.aws_cloudwatch_log_group.this
  values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/live-viewers-topics" }
}

override_resource {
  target = module.dashboard.module.task.aws_cloudwatch_log_group.this
  values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/live-viewers-dashboard" }
}

override_resource {
  target = module.collector_pipeline.module.collector.aws_cloudwatch_log_group.this
  values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/live-viewers-collector" }
}

override_resource {
  target = module.collector_pipeline.module.enrich.aws_cloudwatch_log_group.this
  values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/live-viewers-enrich" }
}

override_resource {
  target = module.collector_pipeline.module.snowbridge.aws_cloudwatch_log_group.this
  values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/live-viewers-snowbridge" }
}

override_resource {
  target = module.dataflow.aws_cloudwatch_log_group.metrics
  values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/live-viewers-dataflow/metrics" }
}

variables {
  name                       = "live-viewers"
  availability_zones         = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  image_tag                  = "1.0.0"
  accept_limited_use_license = true
  alarm_emails               = ["ops@example.com"]
  snowbridge_password        = "only-the-tests-know-this"

  collector = {
    certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/collector"
  }

  dashboard = {
    domain          = "viewers.example.com"
    certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/dashboard"

    oidc = {
      issuer                 = "https://id.example.com"
      authorization_endpoint = "https://id.example.com/authorize"
      token_endpoint         = "https://id.example.com/token"
      user_info_endpoint     = "https://id.example.com/userinfo"
      client_id              = "viewers"
      client_secret_arn      = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:viewers-AbCdEf"
    }
  }
}

run "everything" {
  assert {
    condition     = keys(output.services) == ["collector", "dashboard", "dataflow-0", "dataflow-1", "enrich", "snowbridge"]
    error_message = "There must be a service a program, and one a process of the flow."
  }

  assert {
    condition     = output.dashboard_callback_url == "https://viewers.example.com/oauth2/idpresponse"
    error_message = "The callback must be at the dashboard's domain."
  }

  assert {
    condition     = output.kafka.bootstrap_servers == "b-1.kafka.example:9098,b-2.kafka.example:9098"
    error_message = "The brokers must be in a fixed order, for AWS names them in any."
  }
}

run "refused" {
  command = plan

  variables {
    partitions                 = 4
    dataflow                   = { processes = 5 }
    accept_limited_use_license = false
    image_tag                  = "latest"
  }

  expect_failures = [var.dataflow, var.accept_limited_use_license, var.image_tag]
}
