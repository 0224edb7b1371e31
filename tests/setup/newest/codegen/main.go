// Makes the SDK of the plugin's schema, as `pulumi package add` does with a language host that is not too old for it.
//
//	codegen LANGUAGE SCHEMA FOLDER
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	language, file, folder := os.Args[1], os.Args[2], os.Args[3]
	text, err := os.ReadFile(file)
	must(err)
	var spec schema.PackageSpec
	must(json.Unmarshal(text, &spec))
	// Validates against Pulumi's own schema of schemas.
	pkg, problems, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	must(err)
	if len(problems) > 0 {
		log.Fatal(problems)
	}

	const tool = "pulumi"
	var files map[string][]byte
	switch language {
	case "nodejs":
		files, err = nodejs.GeneratePackage(tool, pkg, nil, nil, true, nil)
	case "python":
		files, err = python.GeneratePackage(tool, pkg, nil, nil)
	case "go":
		files, err = gogen.GeneratePackage(tool, pkg, nil)
	default:
		log.Fatalf("no SDK for %s", language)
	}
	must(err)
	for path, content := range files {
		target := filepath.Join(folder, path)
		must(os.MkdirAll(filepath.Dir(target), 0o755))
		must(os.WriteFile(target, content, 0o644))
	}
}
