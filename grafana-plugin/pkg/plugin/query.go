package plugin

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/concurrent"
)

// Most points the API gives per series. Alert rules carry maxDataPoints 43200.
const maxPoints = 20_000

// Fields that Grafana adds to a query for itself; the API refuses what it does not know.
var grafanaFields = []string{"datasource", "datasourceId", "hide", "key", "timeRange", "resultAssertions", "queryCachingTTL"}

// QueryData asks the API query by query: in an alert rule each has a time range of its own, and one that is wrong must
// not hide the answers to the others.
func (d *Datasource) QueryData(ctx context.Context, request *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	return concurrent.QueryData(ctx, request, func(ctx context.Context, query concurrent.Query) backend.DataResponse {
		return d.query(ctx, query.DataQuery)
	}, 4)
}

func (d *Datasource) query(ctx context.Context, query backend.DataQuery) backend.DataResponse {
	var fields map[string]any
	if err := json.Unmarshal(query.JSON, &fields); err != nil || fields == nil {
		return refused(http.StatusBadRequest, "the query must be a JSON object")
	}
	for _, name := range grafanaFields {
		delete(fields, name)
	}
	fields["refId"] = query.RefID
	delete(fields, "maxDataPoints")
	if query.MaxDataPoints > 0 {
		fields["maxDataPoints"] = min(query.MaxDataPoints, maxPoints)
	}
	// What came out of JSON goes into JSON again.
	body, _ := json.Marshal(map[string]any{
		"from": query.TimeRange.From.UnixMilli(), "to": query.TimeRange.To.UnixMilli(), "queries": []any{fields},
	})
	text, failed := d.call(ctx, http.MethodPost, "/api/v1/query", body)
	if failed != nil {
		return refused(failed.status, failed.message)
	}
	var answer backend.QueryDataResponse
	if err := json.Unmarshal(text, &answer); err != nil {
		return refused(http.StatusBadGateway, "the answer is not what this version of the plugin reads: "+err.Error())
	}
	if result, answered := answer.Responses[query.RefID]; answered {
		return result
	}
	return refused(http.StatusBadGateway, "the scoring backend gave no answer to this query")
}

func refused(status int, message string) backend.DataResponse {
	return backend.ErrDataResponseWithSource(backend.Status(status), backend.ErrorSourceDownstream, message)
}
