{{/* The GateConfiguration, the policy and the lookup table. */}}

{{- define "scangate.server" -}}
{{- $v := .Values -}}
host: {{ $v.server.host | quote }}
port: {{ $v.server.port }}
probePort: {{ $v.server.probePort }}
workers: {{ $v.server.workers }}
worker: {{ $v.server.worker }}
threads: {{ $v.server.threads }}
connections: {{ $v.server.connections }}
queue: {{ $v.server.queue }}
drain: {{ $v.server.drainSeconds }}s
{{- if $v.server.clients.caBundle }}
clients:
  caFile: /etc/scangate/gate/clients.crt
  names:
    {{- toYaml $v.server.clients.names | nindent 4 }}
{{- end }}
tls:
  certFile: /etc/scangate/tls/tls.crt
  keyFile: /etc/scangate/tls/tls.key
  minVersion: {{ $v.server.tlsMinVersion }}
{{- end -}}

{{- define "scangate.gateConfiguration" -}}
{{- $v := .Values -}}
apiVersion: scangate.dev/v1
kind: GateConfiguration
server:
  {{- include "scangate.server" . | nindent 2 }}
{{- with include "scangate.identity" . }}
identity:
  {{- . | nindent 2 }}
{{- end }}
cloud:
  endpoint: {{ $v.cloud.endpoint }}
  {{- with $v.cloud.iamEndpoint }}
  iamEndpoint: {{ . }}
  {{- end }}
  {{- if $v.cloud.caBundle }}
  caFile: /etc/scangate/gate/ca.crt
  {{- end }}
  allowHttp: {{ $v.cloud.allowHttp }}
registry:
  {{- with $v.registry.endpoint }}
  endpoint: {{ . }}
  {{- end }}
  hosts:
    {{- toYaml $v.registry.hosts | nindent 4 }}
  platforms:
    {{- toYaml $v.registry.platforms | nindent 4 }}
  concurrency: {{ $v.registry.concurrency }}
  remembered: {{ int64 $v.registry.remembered }}
policyFile: /etc/scangate/policy/policy.yaml
table: /etc/scangate/table{{ if $v.table.fetch.enabled }}/current{{ end }}
sources:
  {{- toYaml $v.sources | nindent 2 }}
{{- with $v.registryAliases }}
registryAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $v.podTemplates }}
podTemplates:
  {{- range . }}
  - group: {{ .group | quote }}
    kind: {{ .kind }}
    path: {{ .path }}
  {{- end }}
{{- end }}
{{- if $v.policy.namespaceLabels }}
apiServer: {}
{{- end }}
{{- if $v.selfCheck.enabled }}
selfCheck:
  webhook: {{ include "scangate.fullname" . }}
  expectedFile: /etc/scangate/webhook/webhook.yaml
  interval: {{ $v.selfCheck.interval }}
{{- end }}
{{- with include "scangate.tracing" . }}
tracing:
  {{- . | nindent 2 }}
{{- end }}
{{- if $v.audit.enabled }}
auditStateFile: /etc/scangate/audit/audit.state
{{- end }}
reviewTimeout: {{ $v.reviewTimeout }}
reasonsUrl: {{ $v.reasonsUrl | quote }}
logLevel: {{ $v.logLevel }}
{{- end -}}

{{- define "scangate.tracing" -}}
{{- with .Values.tracing.endpoint -}}
endpoint: {{ . | quote }}
{{- /* Never 1e-05: YAML takes that for a text. */}}
sampleRatio: {{ printf "%.9f" (float64 $.Values.tracing.sampleRatio) }}
{{- end -}}
{{- end -}}

{{- define "scangate.identity" -}}
{{- $identity := .Values.identity -}}
{{- if eq $identity.mode "metadata" -}}
metadata: {}
{{- else if eq $identity.mode "key" -}}
keyFile: /etc/scangate/identity/key.json
{{- else if eq $identity.mode "token" -}}
tokenFile: /etc/scangate/identity/token
{{- else if eq $identity.mode "federation" -}}
federation:
  serviceAccountId: {{ $identity.federation.serviceAccountId }}
  tokenFile: /etc/scangate/identity/token
  {{- with $identity.federation.endpoint }}
  endpoint: {{ . }}
  {{- end }}
{{- end -}}
{{- end -}}

{{- define "scangate.policy" -}}
{{- $mode := .Values.policy.mode -}}
apiVersion: scangate.dev/v1
kind: ScanPolicy
rules:
  {{- range .Values.policy.rules }}
  -
    {{- toYaml (ternary (merge (dict "mode" $mode) .) . (ne $mode "")) | nindent 4 }}
  {{- end }}
{{- with .Values.policy.exemptions }}
exemptions:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.policy.ignoredVulnerabilities }}
ignoredVulnerabilities:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "scangate.policyConfigMap" -}}
{{- default (printf "%s-policy" (include "scangate.fullname" .)) .Values.policy.existingConfigMap.name -}}
{{- end -}}
