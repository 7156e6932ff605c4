// Package plugin translates between Grafana's plugin protocol and the HTTP API of the scoring backend. It decides
// nothing about the data: what a frame holds is the scoring backend's business.
package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
)

// Datasource is one configured datasource. Grafana makes a new one when its settings change.
type Datasource struct {
	backend.CallResourceHandler
	client *http.Client
	url    string
	// What is wrong with the settings: told by the health check and every query, where people look.
	settingsError error
}

// NewDatasource makes a Datasource from what Grafana stores: url, jsonData (`tenant`, and what the SDK reads: `timeout`
// in s, `tlsAuth`, `tlsAuthWithCACert`, `tlsSkipVerify`, `serverName`, `httpHeaderName1`), basic auth, and the secrets
// `token` (bearer), `basicAuthPassword`, `tlsCACert`, `tlsClientCert`, `tlsClientKey`, `httpHeaderValue1`.
func NewDatasource(ctx context.Context, settings backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	d := &Datasource{url: strings.TrimRight(strings.TrimSpace(settings.URL), "/")}
	d.CallResourceHandler = d.resources()
	d.client, d.settingsError = newClient(ctx, d.url, settings)
	return d, nil
}

func newClient(ctx context.Context, base string, settings backend.DataSourceInstanceSettings) (*http.Client, error) {
	address, err := url.Parse(base)
	if err != nil || address.Host == "" || (address.Scheme != "http" && address.Scheme != "https") {
		return nil, fmt.Errorf("the URL of the datasource must be like http://seismo:7347, got %q", base)
	}
	var own struct{ Tenant json.RawMessage } // raw: provisioning makes a number of what looks like one
	options, err := settings.HTTPClientOptions(ctx)
	if err = errors.Join(err, json.Unmarshal(settings.JSONData, &own)); err != nil {
		return nil, fmt.Errorf("the settings of the datasource cannot be read: %w", err)
	}
	if options.Timeouts.Timeout <= 0 {
		options.Timeouts.Timeout = httpclient.DefaultTimeoutOptions.Timeout
	}
	if tenant := strings.Trim(string(own.Tenant), `"`); tenant != "" && tenant != "null" {
		options.Header.Set("X-Scope-OrgID", tenant)
	}
	if token := settings.DecryptedSecureJSONData["token"]; token != "" {
		if options.BasicAuth != nil {
			return nil, errors.New("the datasource has both basic auth and a bearer token: set one of them")
		}
		options.Header.Set("Authorization", "Bearer "+token)
	}
	client, err := httpclient.New(options)
	if err != nil {
		return nil, fmt.Errorf("the TLS settings of the datasource cannot be used: %w", err)
	}
	return client, nil
}
