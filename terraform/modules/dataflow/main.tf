# The flow: a Bytewax cluster of N processes, an ECS service each.
#
# A process has a number, a name that stays, and the list of all names. Two of one number
# would both write, so none starts before the other has stopped. When one ends, all end
# (they wait for one another at every step), are started again by ECS, and go on where the
# last finished epoch ended.

data "aws_region" "this" {}

locals {
  region       = data.aws_region.this.id
  task_name    = "${var.name}-dataflow"
  topics_name  = "${var.name}-topics"
  cluster_port = 2101
  metrics_port = 3030
  # The image's user.
  uid = 10001

  processes = { for number in range(var.processes) : tostring(number) => number }
  names     = { for key, number in local.processes : key => "dataflow-${key}.${aws_service_discovery_private_dns_namespace.this.name}" }

  # A process listens at its own address, before any name of it is known.
  addresses = { for mine, _ in local.processes : mine => join(";", [
    for other, _ in local.processes : "${other == mine ? "0.0.0.0" : local.names[other]}:${local.cluster_port}"
  ]) }

  # The names of the settings are those of dataflows/settings.py.
  environment = merge(
    {
      KAFKA_BOOTSTRAP_SERVERS = var.kafka.bootstrap_servers
      KAFKA_SECURITY_PROTOCOL = var.kafka.security_protocol
      KAFKA_GROUP_ID          = var.source_group
      SOURCE_TOPIC            = var.topics.source
      PROFILES_TOPIC          = var.topics.profiles
      AUDIENCE_TOPIC          = var.topics.audience
      AUDIENCE_MINUTES_TOPIC  = var.topics.audience_minutes
      DEAD_LETTERS_TOPIC      = var.topics.dead_letters
      AWS_REGION              = local.region
      PROFILES_TABLE          = var.tables.profiles.name
      HISTORY_TABLE           = var.tables.history.name
      WRITE_PROFILES          = "true"
      WRITE_HISTORY           = "true"
    },
    var.kafka.sasl_mechanism == null ? {} : { KAFKA_SASL_MECHANISM = var.kafka.sasl_mechanism },
    var.settings,
  )

  # By the mechanism and not by the ARNs, which may not be known before they are made.
  iam_on_kafka = var.kafka.sasl_mechanism == "AWS_MSK_IAM"
  passwords    = var.kafka.sasl_mechanism == null || local.iam_on_kafka ? [] : [var.kafka.password_secret_arn]
  secrets = merge([for arn in local.passwords : {
    KAFKA_SASL_USERNAME = "${arn}:username::"
    KAFKA_SASL_PASSWORD = "${arn}:password::"
  }]...)
}

################################################################################
# What it may do
################################################################################

locals {
  # arn:aws:kafka:region:account:cluster/name/uuid names its topics and groups, too:
  # https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
  kafka_prefix = { for kind in ["topic", "group"] : kind => replace(coalesce(var.kafka.cluster_arn, "none"), ":cluster/", ":${kind}/") }
  topic_arns   = { for key, topic in var.topics : key => "${local.kafka_prefix.topic}/${topic}" }

  on_tables = [
    {
      Sid      = "WriteTables"
      Effect   = "Allow"
      Action   = ["dynamodb:BatchWriteItem", "dynamodb:DescribeTable"]
      Resource = [var.tables.profiles.arn, var.tables.history.arn]
    },
    {
      # A profile never takes the place of a newer one.
      Sid      = "LookUpVersions"
      Effect   = "Allow"
      Action   = ["dynamodb:BatchGetItem"]
      Resource = [var.tables.profiles.arn]
    },
  ]

  on_kafka = [for statement in [
    {
      # Its producers number their records, so that the brokers take each but once.
      Sid      = "SignIn"
      Effect   = "Allow"
      Action   = ["kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently"]
      Resource = [var.kafka.cluster_arn]
    },
    {
      Sid      = "ReadEvents"
      Effect   = "Allow"
      Action   = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"]
      Resource = [local.topic_arns.source]
    },
    {
      Sid      = "WriteResults"
      Effect   = "Allow"
      Action   = ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"]
      Resource = [for key in ["profiles", "audience", "audience_minutes", "dead_letters"] : local.topic_arns[key]]
    },
    {
      # What it tells there is for others to see how far it is; it resumes from its own store.
      Sid      = "TellItsPlace"
      Effect   = "Allow"
      Action   = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]
      Resource = ["${local.kafka_prefix.group}/${var.source_group}"]
    },
  ] : statement if local.iam_on_kafka]

  on_store = [{
    Sid       = "MountTheRecoveryStore"
    Effect    = "Allow"
    Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    Resource  = [module.recovery_store.file_system_arn]
    Condition = { StringEquals = { "elasticfilesystem:AccessPointArn" = module.recovery_store.access_point_arn } }
  }]

  on_metrics = [{
    # The log streams of the one group.
    Sid      = "TellItsMetrics"
    Effect   = "Allow"
    Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    Resource = [aws_cloudwatch_log_group.metrics.arn, "${aws_cloudwatch_log_group.metrics.arn}:*"]
  }]
}

################################################################################
# Recovery store
################################################################################

module "recovery_store" {
  source = "../recovery-store"

  name                     = local.task_name
  folder                   = var.recovery_folder
  vpc_id                   = var.vpc_id
  private_subnet_ids       = var.private_subnet_ids
  kms_key_arn              = var.kms_key_arn
  uid                      = local.uid
  client_role_arn          = module.task.role_arn
  client_security_group_id = aws_security_group.this.id
  backup_retention_days    = var.backup_retention_days
}

################################################################################
# Tasks
################################################################################

resource "aws_cloudwatch_log_group" "metrics" {
  #checkov:skip=CKV_AWS_338:How long is the caller's to say
  name              = "/ecs/${local.task_name}/metrics"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

module "task" {
  source = "../task"

  name               = local.task_name
  cpu                = var.cpu
  memory_mib         = var.memory_mib
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days
  repository_arns    = var.repository_arns
  secret_arns        = local.passwords
  secret_key_arns    = compact([var.kafka.password_key_arn])
  statements         = concat(local.on_tables, local.on_kafka, local.on_store, local.on_metrics)

  efs_volumes = {
    recovery = { file_system_id = module.recovery_store.file_system_id, access_point_id = module.recovery_store.access_point_id }
  }

  definitions = { for key, number in local.processes : key => {
    # Process 0 makes the store, once; the others wait until all of it is there.
    prepare = {
      image       = var.image
      essential   = false
      user        = "0"
      entry_point = ["sh", "-ec"]
      command = [number > 0 ? "chmod 1777 /scratch; until [ -e /recovery/.complete ]; do sleep 1; done" : <<-SHELL
        chmod 1777 /scratch
        if [ ! -e /recovery/.complete ]; then
          rm -f /recovery/part-*.sqlite3
          python -m bytewax.recovery /recovery ${var.recovery_partitions}
          touch /recovery/.complete
        fi
      SHELL
      ]
      mounts = { recovery = "/recovery", scratch = "/scratch" }
    }

    dataflow = {
      image = var.image
      # Not through the image's own start, which makes a store of one file and keeps
      # nothing for backups.
      entry_point = ["python", "-m", "bytewax.run", "dataflows.live_viewers:get_flow()"]
      environment = merge(local.environment, {
        BYTEWAX_PROCESS_ID               = key
        BYTEWAX_ADDRESSES                = local.addresses[key]
        BYTEWAX_RECOVERY_DIRECTORY       = "/recovery"
        BYTEWAX_SNAPSHOT_INTERVAL        = tostring(var.snapshot_interval_s)
        BYTEWAX_RECOVERY_BACKUP_INTERVAL = tostring(var.backup_window_s)
      })
      secrets    = local.secrets
      ports      = [local.cluster_port, local.metrics_port]
      mounts     = { recovery = "/recovery", scratch = "/tmp" }
      depends_on = { prepare = "SUCCESS" }
      # Time for each sink to write what it holds, 5 s at most. The epoch is not finished:
      # what came in it is read again.
      stop_timeout = 60
      # The first start reads all that the source holds, and the store all that it knows.
      health_check = {
        command        = ["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:${local.metrics_port}/metrics', timeout=4)"]
        interval_s     = 30
        start_period_s = 300
      }
    }

    metrics = {
      image     = var.metrics_image
      essential = false
      environment = {
        AOT_CONFIG_CONTENT = templatefile("${path.module}/config/metrics.yaml.tftpl", {
          flow       = var.name
          process    = key
          region     = local.region
          port       = local.metrics_port
          namespace  = var.metrics_namespace
          log_group  = aws_cloudwatch_log_group.metrics.name
          names      = [for key, name in var.metric_names : name if key != "dead_letters"]
          by_outcome = var.metric_names.dead_letters
          interval_s = 30
        })
      }
      mounts = { scratch = "/tmp" }
    }
  } }
}

# Makes the topics that are missing; run once, by hand, by what the output says.
module "topics" {
  source = "../task"

  name               = local.topics_name
  cpu                = 256
  memory_mib         = 512
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days
  repository_arns    = var.repository_arns
  secret_arns        = local.passwords
  secret_key_arns    = compact([var.kafka.password_key_arn])

  definitions = {
    this = {
      topics = {
        image       = var.image
        entry_point = ["python", "-m", "stack", "topics"]
        command     = ["--partitions", tostring(var.partitions)]
        environment = local.environment
        secrets     = local.secrets
      }
    }
  }

  statements = concat(
    [{
      Sid      = "CompareTables"
      Effect   = "Allow"
      Action   = ["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"]
      Resource = [var.tables.profiles.arn, var.tables.history.arn]
    }],
    [for statement in [
      {
        Sid      = "SignIn"
        Effect   = "Allow"
        Action   = ["kafka-cluster:Connect"]
        Resource = [var.kafka.cluster_arn]
      },
      {
        Sid      = "MakeTopics"
        Effect   = "Allow"
        Action   = ["kafka-cluster:CreateTopic", "kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration"]
        Resource = values(local.topic_arns)
      },
    ] : statement if local.iam_on_kafka],
  )
}

################################################################################
# Services, a process each
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html
################################################################################

resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = "${var.name}.internal"
  description = "Processes of the flow"
  vpc         = var.vpc_id
}

# Without a health check of its own: a name must be known before its process is well, for
# none is well until all have found one another.
resource "aws_service_discovery_service" "this" {
  for_each = local.processes

  name          = "dataflow-${each.key}"
  force_destroy = true

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.this.id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 5
    }
  }
}

resource "aws_security_group" "this" {
  name        = local.task_name
  description = "Processes of the flow, and the topics task"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "cluster" {
  security_group_id            = aws_security_group.this.id
  description                  = "Processes among themselves"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = local.cluster_port
  to_port                      = local.cluster_port
}

resource "aws_vpc_security_group_egress_rule" "cluster" {
  security_group_id            = aws_security_group.this.id
  description                  = "Processes among themselves"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = local.cluster_port
  to_port                      = local.cluster_port
}

resource "aws_vpc_security_group_egress_rule" "store" {
  security_group_id            = aws_security_group.this.id
  description                  = "Recovery store"
  referenced_security_group_id = module.recovery_store.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "HTTPS to AWS services and registries"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "kafka" {
  for_each = toset(var.kafka.cidr_blocks)

  security_group_id = aws_security_group.this.id
  description       = "Kafka"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = var.kafka.port
  to_port           = var.kafka.port
}

resource "aws_ecs_service" "this" {
  for_each = local.processes

  name            = "${local.task_name}-${each.key}"
  cluster         = var.cluster_arn
  task_definition = module.task.task_definition_arns[each.key]
  desired_count   = var.running ? 1 : 0
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  # Never two of one number: the old one stops before the new one starts.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100
  availability_zone_rebalancing      = "DISABLED"

  # A process rolled back alone would not understand the others.
  deployment_circuit_breaker {
    enable   = false
    rollback = false
  }

  network_configuration {
    subnets         = var.private_subnet_ids
    security_groups = [aws_security_group.this.id]
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this[each.key].arn
  }

  depends_on = [module.recovery_store]
}
