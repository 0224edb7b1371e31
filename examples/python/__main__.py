import pulumi
import pulumi_act365 as act365

config = pulumi.Config()

crm = act365.ConnectorInstance(
    "crm",
    api_key=config.require_secret("apiKey"),
    developer_key=config.require_secret("developerKey"),
    tags=["basic", pulumi.get_stack()],
)

pulumi.export("instanceId", crm.instance_id)
pulumi.export("token", crm.token)
