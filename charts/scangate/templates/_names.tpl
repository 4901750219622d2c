{{/* Names and labels. */}}

{{- define "scangate.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 38 | trimSuffix "-" -}}
{{- end -}}

{{/* 38 characters, so that the longest suffix leaves the name of a CronJob (52) and of a hashed Job (63) in bounds. */}}
{{- define "scangate.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 38 | trimSuffix "-" -}}
{{- else if contains (include "scangate.name" .) .Release.Name -}}
{{- .Release.Name | trunc 38 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "scangate.name" .) | trunc 38 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "scangate.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "scangate.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The Secret with the serving certificate. Who else writes it gets another name: cert-manager's is none of the release. */}}
{{- define "scangate.certificateSecret" -}}
{{- if eq .Values.certificates.mode "own" -}}
{{- .Values.certificates.own.existingSecret -}}
{{- else -}}
{{- include "scangate.fullname" . }}-{{ ternary "tls" "certificate" (eq .Values.certificates.mode "certManager") }}
{{- end -}}
{{- end -}}

{{/* The table that the job for it keeps, and its ConfigMaps: one for its state, and one for each piece. */}}
{{- define "scangate.syncedTable" -}}
{{- include "scangate.fullname" . }}-synced
{{- end -}}

{{- define "scangate.syncedConfigMaps" -}}
{{- $table := include "scangate.syncedTable" . -}}
{{- $names := list $table -}}
{{- $digits := splitList "" "0123456789abcdef" -}}
{{- range $first := $digits -}}
{{- $names = append $names (printf "%s-%s" $table $first) -}}
{{- end -}}
{{- if eq (int $.Values.tableSync.pieces) 256 -}}
{{- /* The 16 larger ones stay: what is in them moves over piece by piece. */ -}}
{{- range $first := $digits -}}
{{- range $second := $digits -}}
{{- $names = append $names (printf "%s-%s%s" $table $first $second) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $names -}}
{{- end -}}

{{/* Everything about the audit of running pods: its job, its account, its rights, and what it came to. */}}
{{- define "scangate.auditName" -}}
{{- include "scangate.fullname" . }}-audit
{{- end -}}

{{- define "scangate.unauditedNamespaces" -}}
{{- $names := .Values.audit.excludeNamespaces -}}
{{- if not (or .Values.audit.exemptNamespaces .Values.audit.namespaces) -}}
{{- $names = concat $names (include "scangate.exemptNamespaces" . | fromYamlArray) | uniq -}}
{{- end -}}
{{- toYaml $names -}}
{{- end -}}

{{- define "scangate.image" -}}
{{- $image := .Values.image -}}
{{- $name := ternary $image.repository (printf "%s/%s" $image.registry $image.repository) (empty $image.registry) -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "scangate.selectorLabels" -}}
app.kubernetes.io/name: {{ include "scangate.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "scangate.labels" -}}
{{- $own := dict
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/part-of" "scangate"
  "app.kubernetes.io/managed-by" .Release.Service
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_")
-}}
{{- toYaml (merge (include "scangate.selectorLabels" . | fromYaml) $own .Values.commonLabels) -}}
{{- end -}}

{{/* metadata of an object: (dict "root" $ "name" "…" "namespace" "…" "annotations" (dict …) "labels" (dict …) "cluster" true) */}}
{{- define "scangate.metadata" -}}
{{- $annotations := merge (dict) (default (dict) .annotations) .root.Values.commonAnnotations -}}
metadata:
  name: {{ .name }}
  {{- if not .cluster }}
  namespace: {{ default .root.Release.Namespace .namespace }}
  {{- end }}
  labels:
    {{- toYaml (merge (dict) (default (dict) .labels) (include "scangate.labels" .root | fromYaml)) | nindent 4 }}
  {{- with $annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
