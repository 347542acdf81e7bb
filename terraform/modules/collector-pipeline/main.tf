# Snowplow's own pipeline: Collector -> Kinesis -> Enrich -> Kinesis -> Snowbridge -> Kafka.
# Its images are under Snowplow's limited use licence, which whoever runs them accepts.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  region         = data.aws_region.this.id
  table_prefix   = "arn:${data.aws_partition.this.partition}:dynamodb:${local.region}:${data.aws_caller_identity.this.account_id}:table"
  collector_port = 8080
  probe_port     = 8000

  # The same files as on a laptop, but for what a place decides.
  snowplow = "${path.module}/../../../stack/snowplow"

  names = {
    collector  = "${var.name}-collector"
    enrich     = "${var.name}-enrich"
    snowbridge = "${var.name}-snowbridge"
  }

  files = {
    collector = {
      "collector.hocon" = templatefile("${path.module}/config/collector.hocon.tftpl", {
        port   = local.collector_port
        region = local.region
        good   = var.kinesis_streams["raw-good"].name
        bad    = var.kinesis_streams["raw-bad"].name
      })
    }

    enrich = merge(
      {
        "enrich.hocon" = templatefile("${path.module}/config/enrich.hocon.tftpl", {
          app_name   = local.names.enrich
          region     = local.region
          raw_good   = var.kinesis_streams["raw-good"].name
          good       = var.kinesis_streams["enriched-good"].name
          failed     = var.kinesis_streams["enriched-failed"].name
          bad        = var.kinesis_streams["enriched-bad"].name
          probe_port = local.probe_port
        })
        "resolver.json" = file("${local.snowplow}/resolver.json")
      },
      { for path in fileset("${local.snowplow}/enrichments", "*.json") : "enrichments/${path}" => file("${local.snowplow}/enrichments/${path}") },
    )

    snowbridge = {
      "snowbridge.hcl" = templatefile("${path.module}/config/snowbridge.hcl.tftpl", {
        app_name = local.names.snowbridge
        region   = local.region
        stream   = var.kinesis_streams["enriched-good"].name
        failures = var.kinesis_streams["enriched-bad"].name
        brokers  = var.bootstrap_servers
        topic    = var.source_topic
      })
      "media.js" = file("${local.snowplow}/snowbridge/media.js")
    }
  }

  # Writes a program's files, and lets any user write to the scratch volume: a volume of
  # Fargate belongs to root at first.
  prepare = {
    for program, files in local.files : program => {
      image       = var.images.prepare
      essential   = false
      user        = "0"
      entry_point = ["sh", "-c"]
      command = [join(" && ", concat(
        ["mkdir -p /config/enrichments", "chmod 1777 /scratch"],
        [for path, number in local.file_numbers[program] : "printf %s \"$FILE_${number}\" > /config/${path}"],
      ))]
      environment = { for path, number in local.file_numbers[program] : "FILE_${number}" => files[path] }
      mounts      = { config = "/config", scratch = "/scratch" }
    }
  }
  file_numbers = { for program, files in local.files : program => { for number, path in keys(files) : path => number } }

  after_prepare = { prepare = "SUCCESS" }
  mounts        = { config = "/config", scratch = "/tmp" }
  licence       = { ACCEPT_LIMITED_USE_LICENSE = var.accept_limited_use_license ? "yes" : "no" }

  # The images promise neither curl nor wget; bash alone can ask.
  probe = { for path, port in { "/sink-health" = local.collector_port, "/" = local.probe_port } : port => [
    "CMD", "bash", "-c",
    "exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]",
  ] }

  put_records    = ["kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"]
  read_records   = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
  keep_its_place = ["dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan", "dynamodb:UpdateItem"]
}

################################################################################
# Collector, behind a load balancer
# https://docs.snowplow.io/docs/api-reference/stream-collector/
################################################################################

module "load_balancer" {
  source = "../load-balancer"

  name                     = local.names.collector
  vpc_id                   = var.vpc_id
  public_subnet_ids        = var.public_subnet_ids
  certificate_arn          = var.certificate_arn
  allowed_cidr_blocks      = var.allowed_cidr_blocks
  target_port              = local.collector_port
  target_security_group_id = aws_security_group.this["collector"].id
  # Says whether Kinesis takes events; a collector that only lives is no use.
  health_check_path   = "/sink-health"
  access_logs_bucket  = var.access_logs_bucket
  deletion_protection = var.deletion_protection
  web_acl_arn         = var.web_acl_arn
}

module "collector" {
  source = "../task"

  name               = local.names.collector
  cpu                = var.sizes.collector.cpu
  memory_mib         = var.sizes.collector.memory_mib
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days
  scratch_volumes    = ["config", "scratch"]

  definitions = {
    this = {
      prepare = local.prepare.collector
      collector = {
        image        = var.images.collector
        command      = ["--config", "/config/collector.hocon"]
        environment  = merge(local.licence, { JDK_JAVA_OPTIONS = "-XX:MaxRAMPercentage=75" })
        ports        = [local.collector_port]
        mounts       = local.mounts
        depends_on   = local.after_prepare
        health_check = { command = local.probe[local.collector_port], start_period_s = 120 }
      }
    }
  }

  statements = [{
    Sid      = "WriteRawEvents"
    Effect   = "Allow"
    Action   = local.put_records
    Resource = [var.kinesis_streams["raw-good"].arn, var.kinesis_streams["raw-bad"].arn]
  }]
}

################################################################################
# Enrich
# https://docs.aws.amazon.com/streams/latest/dev/kcl-iam-permissions.html
################################################################################

module "enrich" {
  source = "../task"

  name               = local.names.enrich
  cpu                = var.sizes.enrich.cpu
  memory_mib         = var.sizes.enrich.memory_mib
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days
  scratch_volumes    = ["config", "scratch"]

  definitions = {
    this = {
      prepare = local.prepare.enrich
      enrich = {
        image        = var.images.enrich
        command      = ["--config", "/config/enrich.hocon", "--iglu-config", "/config/resolver.json", "--enrichments", "/config/enrichments"]
        environment  = merge(local.licence, { JDK_JAVA_OPTIONS = "-XX:MaxRAMPercentage=75" })
        mounts       = local.mounts
        depends_on   = local.after_prepare
        health_check = { command = local.probe[local.probe_port], start_period_s = 180 }
      }
    }
  }

  statements = [
    {
      Sid      = "ReadRawEvents"
      Effect   = "Allow"
      Action   = local.read_records
      Resource = [var.kinesis_streams["raw-good"].arn]
    },
    {
      Sid      = "WriteEnrichedEvents"
      Effect   = "Allow"
      Action   = local.put_records
      Resource = [for key in ["enriched-good", "enriched-failed", "enriched-bad"] : var.kinesis_streams[key].arn]
    },
    {
      # The reader's library makes its three tables itself, each version in its own way.
      Sid    = "KeepItsPlace"
      Effect = "Allow"
      Action = concat(["dynamodb:CreateTable", "dynamodb:UpdateTable"], local.keep_its_place)
      Resource = [for suffix in ["", "-CoordinatorState", "-WorkerMetricStats"] :
        "${local.table_prefix}/${local.names.enrich}${suffix}"
      ]
    },
    {
      Sid      = "FindItsLeases"
      Effect   = "Allow"
      Action   = ["dynamodb:Query"]
      Resource = ["${local.table_prefix}/${local.names.enrich}/index/LeaseOwnerToLeaseKeyIndex"]
    },
    {
      # The action knows no resource; the condition holds it to the reader's own metrics.
      Sid       = "TellItsMetrics"
      Effect    = "Allow"
      Action    = ["cloudwatch:PutMetricData"]
      Resource  = "*"
      Condition = { StringEquals = { "cloudwatch:namespace" = local.names.enrich } }
    },
  ]
}

################################################################################
# Snowbridge
# https://docs.snowplow.io/docs/api-reference/snowbridge/configuration/sources/kinesis/
################################################################################

resource "aws_dynamodb_table" "snowbridge" {
  #checkov:skip=CKV_AWS_28:Where it was a moment ago; from a backup it would read events again that are long gone
  for_each = { clients = "ID", checkpoints = "Shard", metadata = "Key" }

  name         = "${local.names.snowbridge}_${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = each.value

  attribute {
    name = each.value
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}

module "snowbridge" {
  source = "../task"

  name               = local.names.snowbridge
  cpu                = var.sizes.snowbridge.cpu
  memory_mib         = var.sizes.snowbridge.memory_mib
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days
  secret_arns        = [var.scram_secret_arn]
  scratch_volumes    = ["config", "scratch"]

  definitions = {
    this = {
      prepare = local.prepare.snowbridge
      # No server, and nothing to probe: it ends when it fails, and is started again.
      snowbridge = {
        image       = var.images.snowbridge
        environment = merge(local.licence, { SNOWBRIDGE_CONFIG_FILE = "/config/snowbridge.hcl" })
        secrets = {
          KAFKA_SASL_USERNAME = "${var.scram_secret_arn}:username::"
          KAFKA_SASL_PASSWORD = "${var.scram_secret_arn}:password::"
        }
        mounts     = local.mounts
        depends_on = local.after_prepare
      }
    }
  }

  statements = [
    {
      Sid      = "ReadEnrichedEvents"
      Effect   = "Allow"
      Action   = local.read_records
      Resource = [var.kinesis_streams["enriched-good"].arn]
    },
    {
      Sid      = "WriteFailures"
      Effect   = "Allow"
      Action   = local.put_records
      Resource = [var.kinesis_streams["enriched-bad"].arn]
    },
    {
      Sid      = "KeepItsPlace"
      Effect   = "Allow"
      Action   = local.keep_its_place
      Resource = [for table in aws_dynamodb_table.snowbridge : table.arn]
    },
  ]
}

################################################################################
# Services
################################################################################

locals {
  services = {
    collector  = { definition = module.collector.task_definition_arns.this, count = var.sizes.collector.count }
    enrich     = { definition = module.enrich.task_definition_arns.this, count = var.sizes.enrich.count }
    snowbridge = { definition = module.snowbridge.task_definition_arns.this, count = var.sizes.snowbridge.count }
  }

  # HTTPS to AWS's services and to registries; schemas come from Iglu Central over HTTP.
  egress = merge(
    { for name, service in local.services : "${name} https" => { service = name, port = 443, block = "0.0.0.0/0" } },
    { "enrich http" = { service = "enrich", port = 80, block = "0.0.0.0/0" } },
    { for block in var.kafka_cidr_blocks : "snowbridge kafka ${block}" => { service = "snowbridge", port = 9096, block = block } },
  )
}

resource "aws_security_group" "this" {
  for_each = local.names

  name        = each.value
  description = "Tasks of ${each.value}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = local.egress

  security_group_id = aws_security_group.this[each.value.service].id
  description       = each.key
  cidr_ipv4         = each.value.block
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_ecs_service" "this" {
  for_each = local.services

  name            = local.names[each.key]
  cluster         = var.cluster_arn
  task_definition = each.value.definition
  desired_count   = each.value.count
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  health_check_grace_period_seconds = each.key == "collector" ? 120 : null

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.private_subnet_ids
    security_groups = [aws_security_group.this[each.key].id]
  }

  dynamic "load_balancer" {
    for_each = each.key == "collector" ? [module.load_balancer.target_group_arn] : []

    content {
      target_group_arn = load_balancer.value
      container_name   = each.key
      container_port   = local.collector_port
    }
  }

  lifecycle {
    # Scaling decides how many there are once it runs.
    ignore_changes = [desired_count]
  }
}

################################################################################
# Scaling
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
################################################################################

resource "aws_appautoscaling_target" "this" {
  for_each = local.names

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${split("/", var.cluster_arn)[1]}/${aws_ecs_service.this[each.key].name}"
  min_capacity       = var.sizes[each.key].count
  max_capacity       = var.sizes[each.key].most
}

resource "aws_appautoscaling_policy" "this" {
  for_each = aws_appautoscaling_target.this

  name               = "${local.names[each.key]}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  scalable_dimension = each.value.scalable_dimension
  resource_id        = each.value.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_in_cooldown  = 300
    scale_out_cooldown = 60

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
