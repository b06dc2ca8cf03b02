/*
 * Products of cloud providers as infrastructure as code and command lines create them, and as price tables name them.
 * `terraform` are beginnings of resource types, `commands` beginnings of commands, `names` words of a row (lower case).
 */

export interface Product {
  product: string;
  provider: string;
  /** Products of one group do the same work: a plan that creates one and prices another says two things. */
  group: "compute" | "database";
  terraform: readonly string[];
  commands: readonly string[];
}

const product = (name: string, provider: string, group: Product["group"], terraform: readonly string[], commands: readonly string[] = []): Product => ({
  product: name,
  provider,
  group,
  terraform,
  commands,
});

export const PRODUCTS: readonly Product[] = [
  product("EC2", "AWS", "compute", ["aws_instance", "aws_launch_template", "aws_autoscaling_group"], ["aws ec2 run-instances"]),
  product("ECS", "AWS", "compute", ["aws_ecs_cluster", "aws_ecs_service", "aws_ecs_task_definition"], ["aws ecs create-cluster", "aws ecs create-service"]),
  product("EKS", "AWS", "compute", ["aws_eks_cluster", "aws_eks_node_group"], ["aws eks create-cluster", "eksctl create cluster"]),
  product("Lambda", "AWS", "compute", ["aws_lambda_function"], ["aws lambda create-function"]),
  product("App Runner", "AWS", "compute", ["aws_apprunner_service"], ["aws apprunner create-service"]),
  product("Lightsail", "AWS", "compute", ["aws_lightsail_instance"], ["aws lightsail create-instances"]),
  product("RDS", "AWS", "database", ["aws_db_instance"], ["aws rds create-db-instance"]),
  product("Aurora", "AWS", "database", ["aws_rds_cluster"], ["aws rds create-db-cluster"]),
  product("Compute Engine", "Google Cloud", "compute", ["google_compute_instance"], ["gcloud compute instances create"]),
  product("GKE", "Google Cloud", "compute", ["google_container_cluster"], ["gcloud container clusters create"]),
  product("Cloud Run", "Google Cloud", "compute", ["google_cloud_run"], ["gcloud run deploy"]),
  product("Cloud SQL", "Google Cloud", "database", ["google_sql_database_instance"], ["gcloud sql instances create"]),
  product("Azure VM", "Azure", "compute", ["azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine"], ["az vm create"]),
  product("AKS", "Azure", "compute", ["azurerm_kubernetes_cluster"], ["az aks create"]),
  product(
    "App Service",
    "Azure",
    "compute",
    ["azurerm_linux_web_app", "azurerm_app_service", "azurerm_service_plan"],
    ["az webapp create", "az appservice plan create"],
  ),
  product("Container Apps", "Azure", "compute", ["azurerm_container_app"], ["az containerapp create"]),
  product("Droplet", "DigitalOcean", "compute", ["digitalocean_droplet"], ["doctl compute droplet create"]),
  product("App Platform", "DigitalOcean", "compute", ["digitalocean_app"], ["doctl apps create"]),
  product("DOKS", "DigitalOcean", "compute", ["digitalocean_kubernetes_cluster"], ["doctl kubernetes cluster create"]),
];
