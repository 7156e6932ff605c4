package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// What two versions share that understand each other: the major version, before 1.0 the minor version, too.
var series = regexp.MustCompile(`^(0\.\d+|\d+)`)

// CheckHealth is "Save & test": is something there, is it a scoring backend of our version, and may we read.
func (d *Datasource) CheckHealth(ctx context.Context, request *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	var health struct{ Version string }
	own := request.PluginContext.PluginVersion
	text, failed := d.call(ctx, http.MethodGet, "/health", nil)
	if failed == nil {
		switch err := json.Unmarshal(text, &health); {
		case err != nil || health.Version == "":
			failed = &failure{message: d.url + " answers, but not like a scoring backend: check the URL of the datasource"}
		case own != "" && series.FindString(own) != series.FindString(health.Version):
			failed = &failure{message: fmt.Sprintf("version mismatch: the scoring backend is %s, this plugin %s", health.Version, own)}
		default:
			// /health is open to everyone; only a route of the API tells whether the credentials are right.
			_, failed = d.call(ctx, http.MethodGet, "/api/v1/services?limit=1", nil)
		}
	}
	result := &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: "the scoring backend answers, version " + health.Version}
	if failed != nil {
		result.Status, result.Message = backend.HealthStatusError, failed.message
	}
	result.JSONDetails, _ = json.Marshal(map[string]string{"backendVersion": health.Version})
	return result, nil
}
