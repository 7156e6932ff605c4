//go:build mage

// Builds the Go backend of the nested datasource into dist/datasource, where Grafana looks for it:
// `go tool mage backend` for this machine, `go tool mage` for all platforms.
package main

import (
	"github.com/grafana/grafana-plugin-sdk-go/build"
	"github.com/magefile/mage/mg"
)

// Default is what `mage` does without a target.
var Default = BuildAll

// BuildAll builds for every platform that the plugin is shipped for.
func BuildAll() {
	b := build.Build{}
	mg.SerialDeps(b.Linux, b.LinuxARM64, b.Darwin, b.DarwinARM64, b.Windows)
}

// Backend builds for this machine.
func Backend() error {
	return build.Build{}.Backend()
}
