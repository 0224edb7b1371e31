@node "%~dp0pulumi-resource-act365" %*
