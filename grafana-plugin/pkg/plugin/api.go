package plugin

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

// Largest answer that is read: 1,000 series of 1,500 points are about 45 MB.
const maxAnswerBytes = 64 << 20

// failure is why the API gave no usable answer: a sentence for people, and the status Grafana shows with it.
type failure struct {
	status  int
	message string
}

// call sends one request to the API and reads the whole answer. The failure is nil when it was answered with 200.
func (d *Datasource) call(ctx context.Context, method, path string, body []byte) ([]byte, *failure) {
	if d.settingsError != nil {
		return nil, &failure{http.StatusBadRequest, d.settingsError.Error()}
	}
	request, err := http.NewRequestWithContext(ctx, method, d.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, d.unreachable(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := d.client.Do(request)
	if err != nil {
		return nil, d.unreachable(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(httpclient.MaxBytesReader(response.Body, maxAnswerBytes))
	switch {
	case errors.Is(err, httpclient.ErrResponseBodyTooLarge):
		return nil, &failure{http.StatusBadGateway, "the answer is too large: ask for fewer services or a shorter time range"}
	case err != nil:
		return nil, d.unreachable(err)
	case response.StatusCode != http.StatusOK:
		return answer, &failure{response.StatusCode, d.refusal(response, path, answer)}
	}
	return answer, nil
}

// refusal puts an answer other than 200 into words, with the backend's own where it gave some.
func (d *Datasource) refusal(response *http.Response, path string, answer []byte) string {
	var told struct{ Error struct{ Message string } }
	_ = json.Unmarshal(answer, &told)
	switch status := response.StatusCode; {
	case status == http.StatusUnauthorized:
		return "401 unauthorized: the token or password of the datasource is missing or wrong"
	case status == http.StatusForbidden:
		return "403 forbidden: these credentials may not read this tenant"
	case told.Error.Message != "":
		return told.Error.Message
	case status == http.StatusNotFound:
		return fmt.Sprintf("404 not found: %s%s: the URL of the datasource is not that of a scoring backend", d.url, path)
	}
	return fmt.Sprintf("%s%s answered %s", d.url, path, response.Status)
}

// unreachable says what stood between us and an answer.
func (d *Datasource) unreachable(err error) *failure {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	text := err.Error()
	status, message := http.StatusBadGateway, fmt.Sprintf("no answer from %s: %s", d.url, text)
	switch {
	case errors.As(err, &dns):
		message = fmt.Sprintf("DNS: the host %s is not known here: check the URL of the datasource", dns.Name)
	case errors.As(err, &certificate):
		message = fmt.Sprintf("TLS: the certificate of %s is not trusted: %s", d.url, certificate.Err)
	case strings.Contains(text, "tls:"), strings.Contains(text, "HTTP response to HTTPS"):
		message = fmt.Sprintf("TLS: no secure connection to %s: %s", d.url, text)
	// By its words: the error numbers differ between platforms.
	case strings.Contains(text, "refused"):
		message = fmt.Sprintf("connection refused: nothing listens at %s: is the scoring backend running?", d.url)
	case errors.Is(err, context.DeadlineExceeded), strings.Contains(text, "timeout"):
		status, message = http.StatusGatewayTimeout, fmt.Sprintf("timeout: no answer from %s within %s", d.url, d.client.Timeout)
	}
	return &failure{status, message}
}
