//go:build ignore

// Fills in a template as Grafana does for annotations of a rule and for notifications, as far as ours need it. Standard
// input is JSON: `text`, and either `values` and `labels` of a rule's evaluation or `notification`.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/template"
	"time"
)

type value struct{ Value float64 }

type alert struct {
	Status                             string
	Labels, Annotations                map[string]string
	EndsAt                             time.Time
	DashboardURL, PanelURL, SilenceURL string
}

type alerts []alert

func (all alerts) with(status string) (found alerts) {
	for _, one := range all {
		if one.Status == status {
			found = append(found, one)
		}
	}
	return found
}

func (all alerts) Firing() alerts   { return all.with("firing") }
func (all alerts) Resolved() alerts { return all.with("resolved") }

type notification struct {
	Status       string
	CommonLabels map[string]string
	Alerts       alerts
}

func main() {
	var given struct {
		Text         string
		Labels       map[string]string
		Values       map[string]float64
		Notification notification
	}
	check(json.NewDecoder(os.Stdin).Decode(&given))
	values := map[string]value{}
	for name, number := range given.Values {
		values[name] = value{number}
	}
	// Grafana's is Prometheus' own: four digits and a prefix like k or M.
	functions := template.FuncMap{"humanize": func(number float64) string { return fmt.Sprintf("%.4g", number) }}
	// What Grafana puts before the annotations of a rule; a notification has none of it.
	const preamble = "{{- $labels := .Labels -}}{{- $values := .Values -}}"
	if given.Values != nil {
		parsed, err := template.New("annotation").Option("missingkey=invalid").Funcs(functions).Parse(preamble + given.Text)
		check(err)
		check(parsed.Execute(os.Stdout, map[string]any{"Labels": given.Labels, "Values": values}))
		return
	}
	parsed, err := template.New("notification").Parse(given.Text)
	check(err)
	check(parsed.Execute(os.Stdout, given.Notification))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
