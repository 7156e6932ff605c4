// The backend of the datasource seismo-loganomaly-datasource: a process that Grafana starts and speaks gRPC with.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"example.test/seismo/grafana-plugin/pkg/plugin"
)

func main() {
	if err := datasource.Manage("seismo-loganomaly-datasource", plugin.NewDatasource, datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error(err.Error())
		os.Exit(1)
	}
}
