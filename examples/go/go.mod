module act365-example-go

go 1.25

require (
	example.com/pulumi-act365/sdk/go v0.0.0
	github.com/pulumi/pulumi/sdk/v3 v3.274.1
)

replace example.com/pulumi-act365/sdk/go => ./sdks/act365
