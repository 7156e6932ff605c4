package plugin

import (
	"encoding/json"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"
)

// resources passes on the lists that editors and the app page need, with their query parameters.
func (d *Datasource) resources() backend.CallResourceHandler {
	mux := http.NewServeMux()
	for _, name := range []string{"services", "templates", "anomalies"} {
		mux.HandleFunc("GET /"+name, func(writer http.ResponseWriter, request *http.Request) {
			answer, failed := d.call(request.Context(), http.MethodGet, "/api/v1/"+name+"?"+request.URL.RawQuery, nil)
			status := http.StatusOK
			if failed != nil {
				status = failed.status
				answer, _ = json.Marshal(map[string]any{"error": map[string]string{"message": failed.message}})
			}
			writer.Header().Set("Content-Type", "application/json")
			writer.WriteHeader(status)
			_, _ = writer.Write(answer)
		})
	}
	return httpadapter.New(mux)
}
