{{- define "quarterdeck.name" -}}
{{- if contains "quarterdeck" .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-quarterdeck" (.Release.Name | trunc 38 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{- define "quarterdeck.chosen" -}}
app.kubernetes.io/name: quarterdeck
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "quarterdeck.labels" -}}
{{ include "quarterdeck.chosen" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "quarterdeck.acts" -}}
{{- if or .Values.access.namespaces .Values.access.nodes .Values.access.helm -}}true{{- end -}}
{{- end -}}
