// Makes the program of an import, as `pulumi import` does with a language host that is not too old for it.
//
//	program LANGUAGE LOADER < PCL
//
// LOADER is the address at which the engine answers with schemas. Prints the texts of the files by their names, as JSON.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/hashicorp/hcl/v2"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func must(problems hcl.Diagnostics, err error) {
	if err != nil {
		log.Fatal(err)
	}
	if problems.HasErrors() {
		log.Fatal(problems)
	}
}

var generators = map[string]func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error){
	"nodejs": nodejs.GenerateProgram,
	"python": python.GenerateProgram,
	"go":     gogen.GenerateProgram,
}

func main() {
	language, target := os.Args[1], os.Args[2]
	loader, err := schema.NewLoaderClient(target)
	must(nil, err)
	parser := syntax.NewParser()
	must(parser.Diagnostics, parser.ParseFile(os.Stdin, "main.pp"))
	// Not strict, as import itself is not.
	program, problems, err := pcl.BindProgram(
		parser.Files, schema.NewCachedLoader(loader), pcl.NonStrictBindOptions()...)
	must(problems, err)
	files, problems, err := generators[language](program)
	must(problems, err)
	texts := map[string]string{}
	for path, content := range files {
		texts[path] = string(content)
	}
	must(nil, json.NewEncoder(os.Stdout).Encode(texts))
}
