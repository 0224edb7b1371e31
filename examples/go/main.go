package main

import (
	"example.com/pulumi-act365/sdk/go/act365"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		stack := config.New(ctx, "")
		crm, err := act365.NewConnectorInstance(ctx, "crm", &act365.ConnectorInstanceArgs{
			ApiKey:       stack.RequireSecret("apiKey"),
			DeveloperKey: stack.RequireSecret("developerKey"),
			Tags:         pulumi.StringArray{pulumi.String("basic"), pulumi.String(ctx.Stack())},
		})
		if err != nil {
			return err
		}
		ctx.Export("instanceId", crm.InstanceId)
		ctx.Export("token", crm.Token)
		return nil
	})
}
