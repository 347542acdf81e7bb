# Everything, from the collector to the dashboard.
#
#   terraform init && terraform apply
#
# terraform/README.md tells what to do before and after.

provider "aws" {
  region = var.region

  default_tags {
    tags = { System = "live-viewers" }
  }
}

module "live_viewers" {
  source = "../.."

  name                       = "live-viewers"
  availability_zones         = [for letter in ["a", "b", "c"] : "${var.region}${letter}"]
  image_tag                  = var.image_tag
  accept_limited_use_license = var.accept_limited_use_license
  alarm_emails               = var.alarm_emails
  deletion_protection        = var.deletion_protection

  snowbridge_password = var.snowbridge_password

  collector = {
    certificate_arn = var.collector_certificate_arn
  }

  dashboard = {
    domain          = var.dashboard_domain
    certificate_arn = var.dashboard_certificate_arn
    oidc            = var.oidc
  }

  dataflow = {
    processes       = var.processes
    running         = var.running
    recovery_folder = var.recovery_folder
  }

  kafka = {
    scram_password_version = var.scram_password_version
  }

  # A watcher who pauses for a quarter of an hour is still there.
  settings = {
    GAP_PAUSED_S = "900"
    SOURCE_START = var.source_start
  }
}
