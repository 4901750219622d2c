{{/* The alerts. docs/runbook.md has a section for each. */}}
{{- define "scangate.alerts" -}}
{{- $rule := .Values.prometheusRule -}}
{{- $only := default (printf "namespace=%q" .Release.Namespace) $rule.selector -}}
{{- /* The selector by itself, and with more to come. */ -}}
{{- $all := printf "{%s}" $only -}}
{{- $and := printf "{%s," $only -}}
{{- if not (has "ScangateAbsent" $rule.disabled) }}
- alert: ScangateAbsent
  expr: >-
    absent(scangate_build_info{{ $all }})
  for: 5m
  labels:
    severity: critical
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: Nothing is heard of the gate.
    description: >-
      No replica of the gate in namespace {{ .Release.Namespace }} has been read for five minutes. If none runs, the webhook's failure policy decides about every pod.
    runbook_url: {{ $rule.runbookUrl }}#scangateabsent
{{- end }}
{{- if not (has "ScangateNotReady" $rule.disabled) }}
- alert: ScangateNotReady
  expr: >-
    sum(scangate_ready{{ $all }}) == 0
  for: 2m
  labels:
    severity: critical
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: No replica of the gate is ready.
    description: >-
      All replicas in namespace {{ .Release.Namespace }} say that they are not ready, so the API server reaches none of them, and the webhook's failure policy decides about every pod.
    runbook_url: {{ $rule.runbookUrl }}#scangatenotready
{{- end }}
{{- if not (has "ScangateReplicaNotReady" $rule.disabled) }}
- alert: ScangateReplicaNotReady
  expr: >-
    scangate_ready{{ $all }} == 0
  for: 15m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: A replica of the gate is not ready.
    description: >-
      Pod {{`{{ $labels.pod }}`}} has not been ready for fifteen minutes. The others do its work.
    runbook_url: {{ $rule.runbookUrl }}#scangatereplicanotready
{{- end }}
{{- if not (has "ScangateErrors" $rule.disabled) }}
- alert: ScangateErrors
  expr: >-
    sum(rate(scangate_admission_requests_total{{ $and }}decision="error"}[5m])) / sum(rate(scangate_admission_requests_total{{ $all }}[5m])) > 0.05
  for: 5m
  labels:
    severity: critical
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The gate gives no verdict on more than 5 % of the reviews.
    description: >-
      {{`{{ $value | humanizePercentage }}`}} of the reviews ended without a verdict, so that the webhook's failure policy decided about them.
    runbook_url: {{ $rule.runbookUrl }}#scangateerrors
{{- end }}
{{- if not (has "ScangateInternalError" $rule.disabled) }}
- alert: ScangateInternalError
  expr: >-
    sum(increase(scangate_admission_requests_total{{ $and }}reason="internal-error"}[10m])) > 0
  for: 0m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: A review met a fault of the gate.
    description: >-
      The gate failed on {{`{{ $value | humanize }}`}} reviews within ten minutes. Its log has the traceback of each.
    runbook_url: {{ $rule.runbookUrl }}#scangateinternalerror
{{- end }}
{{- if not (has "ScangateDeniesEverything" $rule.disabled) }}
- alert: ScangateDeniesEverything
  expr: >-
    sum(rate(scangate_admission_requests_total{{ $and }}decision="deny",mode="enforce"}[15m])) / sum(rate(scangate_admission_requests_total{{ $and }}mode="enforce"}[15m])) > 0.95 and sum(increase(scangate_admission_requests_total{{ $and }}mode="enforce"}[15m])) > 20
  for: 10m
  labels:
    severity: critical
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The gate refuses nearly everything.
    description: >-
      {{`{{ $value | humanizePercentage }}`}} of the judged requests were refused in the last 15 minutes. That is rarely what all images deserve.
    runbook_url: {{ $rule.runbookUrl }}#scangatedenieseverything
{{- end }}
{{- if not (has "ScangateRegistryUnavailable" $rule.disabled) }}
- alert: ScangateRegistryUnavailable
  expr: >-
    sum(rate(scangate_image_findings_total{{ $and }}reason="unavailable"}[5m])) > 0
  for: 5m
  labels:
    severity: critical
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The registry does not answer, and images are judged without a scan.
    description: >-
      For five minutes there have been images about which the registry did not answer in time: {{`{{ $value | humanize }}`}} a second. What the policy says in onUnavailable happens to them.
    runbook_url: {{ $rule.runbookUrl }}#scangateregistryunavailable
{{- end }}
{{- if not (has "ScangateRegistryRefuses" $rule.disabled) }}
- alert: ScangateRegistryRefuses
  expr: >-
    sum(rate(scangate_image_findings_total{{ $and }}reason="unauthorized"}[5m])) > 0
  for: 5m
  labels:
    severity: critical
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The registry refuses the gate's credentials.
    description: >-
      For five minutes there have been images that the gate's service account may not ask about. They are refused.
    runbook_url: {{ $rule.runbookUrl }}#scangateregistryrefuses
{{- end }}
{{- if not (has "ScangateRegistryUnreadable" $rule.disabled) }}
- alert: ScangateRegistryUnreadable
  expr: >-
    sum(increase(scangate_image_findings_total{{ $and }}reason=~"unreadable|unknown-status"}[15m])) > 0
  for: 0m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The registry answers what the gate does not understand.
    description: >-
      Answers about {{`{{ $value | humanize }}`}} images within 15 minutes were not what the registry's API promises. These images are refused.
    runbook_url: {{ $rule.runbookUrl }}#scangateregistryunreadable
{{- end }}
{{- if not (has "ScangateBreakerOpen" $rule.disabled) }}
- alert: ScangateBreakerOpen
  expr: >-
    max by (host) (scangate_circuit_breaker_open{{ $all }}) == 1
  for: 2m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: A service of the cloud is left alone because it does not answer.
    description: >-
      For two minutes {{`{{ $labels.host }}`}} has been asked only now and then, to find out whether it is back. Only what is remembered can be judged by its scan.
    runbook_url: {{ $rule.runbookUrl }}#scangatebreakeropen
{{- end }}
{{- if not (has "ScangateOverloaded" $rule.disabled) }}
- alert: ScangateOverloaded
  expr: >-
    sum(increase(scangate_admission_requests_total{{ $and }}reason="overloaded"}[5m])) > 0
    or sum(increase(scangate_turned_away_total{{ $all }}[5m])) > 0
  for: 5m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The gate turns reviews away.
    description: >-
      For five minutes there have been more reviews or connections than the gate takes on. API servers call again while their time lasts.
    runbook_url: {{ $rule.runbookUrl }}#scangateoverloaded
{{- end }}
{{- if not (has "ScangateSlow" $rule.disabled) }}
- alert: ScangateSlow
  expr: >-
    histogram_quantile(0.99, sum by (le) (rate(scangate_admission_duration_seconds_bucket{{ $all }}[10m]))) > 5
  for: 10m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: One of a hundred reviews takes more than five seconds.
    description: >-
      The 99th percentile is {{`{{ $value | humanizeDuration }}`}}. People wait for it, and the webhook's timeout is not far.
    runbook_url: {{ $rule.runbookUrl }}#scangateslow
{{- end }}
{{- if not (has "ScangateTokenRenewalFailing" $rule.disabled) }}
- alert: ScangateTokenRenewalFailing
  expr: >-
    min(scangate_token_renewal_successful{{ $all }}) == 0
  for: 10m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The gate gets no other IAM token.
    description: >-
      For ten minutes every attempt of a replica to renew its token has failed. When the one in use ends, the registry cannot be asked any more.
    runbook_url: {{ $rule.runbookUrl }}#scangatetokenrenewalfailing
{{- end }}
{{- if not (has "ScangateTokenExpiring" $rule.disabled) }}
- alert: ScangateTokenExpiring
  expr: >-
    min(scangate_token_expiry_timestamp_seconds{{ $all }}) - time() < 300
  for: 2m
  labels:
    severity: critical
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The gate's IAM token ends, and there is no other.
    description: >-
      The token ends in {{`{{ $value | humanizeDuration }}`}}. Tokens are renewed when a tenth of their life is left, so renewing fails.
    runbook_url: {{ $rule.runbookUrl }}#scangatetokenexpiring
{{- end }}
{{- if not (has "ScangateCertificateExpiring" $rule.disabled) }}
- alert: ScangateCertificateExpiring
  expr: >-
    min(scangate_certificate_expiry_timestamp_seconds{{ $all }}) - time() < {{ $rule.certificateDays }} * 86400
  for: 1h
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The gate's serving certificate ends soon.
    description: >-
      It ends in {{`{{ $value | humanizeDuration }}`}}, and should have been renewed. From then on no API server talks to the gate.
    runbook_url: {{ $rule.runbookUrl }}#scangatecertificateexpiring
{{- end }}
{{- if not (has "ScangateCertificateEnds" $rule.disabled) }}
- alert: ScangateCertificateEnds
  expr: >-
    min(scangate_certificate_expiry_timestamp_seconds{{ $all }}) - time() < 86400
  for: 0m
  labels:
    severity: critical
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The gate's serving certificate ends within a day.
    description: >-
      It ends in {{`{{ $value | humanizeDuration }}`}}. From then on no API server talks to the gate, and the webhook's failure policy decides about every pod.
    runbook_url: {{ $rule.runbookUrl }}#scangatecertificateends
{{- end }}
{{- if not (has "ScangateReloadFailing" $rule.disabled) }}
- alert: ScangateReloadFailing
  expr: >-
    min by (what) (scangate_last_reload_successful{{ $all }}) == 0
  for: 10m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: A file of the gate cannot be taken up.
    description: >-
      For ten minutes the {{`{{ $labels.what }}`}} in use has not been what its file says. The last good one is still in use.
    runbook_url: {{ $rule.runbookUrl }}#scangatereloadfailing
{{- end }}
{{- if not (has "ScangatePolicyDiffers" $rule.disabled) }}
- alert: ScangatePolicyDiffers
  expr: >-
    count(count by (digest) (scangate_policy_info{{ $all }})) > 1
  for: 10m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: Replicas of the gate judge by different policies.
    description: >-
      {{`{{ $value }}`}} policies have been in use at the same time for ten minutes.
    runbook_url: {{ $rule.runbookUrl }}#scangatepolicydiffers
{{- end }}
{{- if and .Values.prometheusRule.tableMaxAgeSeconds (not (has "ScangateTableOld" $rule.disabled)) }}
- alert: ScangateTableOld
  expr: >-
    time() - min(scangate_table_last_load_timestamp_seconds{{ $all }}) > {{ int64 $rule.tableMaxAgeSeconds }}
  for: 15m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The lookup table is old.
    description: >-
      The table was last taken up {{`{{ $value | humanizeDuration }}`}} ago.
    runbook_url: {{ $rule.runbookUrl }}#scangatetableold
{{- end }}
{{- if not (has "ScangateTableSyncFailing" $rule.disabled) }}
- alert: ScangateTableSyncFailing
  expr: >-
    min(scangate_table_synchronisation_successful{{ $all }}) == 0
  for: 10m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The synchronisation of the lookup table fails.
    description: >-
      The last run of scangate table sync changed nothing, or its state cannot be read. The table stays as it was, and ages.
    runbook_url: {{ $rule.runbookUrl }}#scangatetablesyncfailing
{{- end }}
{{- if and $rule.tableSyncMaxAgeSeconds (not (has "ScangateTableStale" $rule.disabled)) }}
- alert: ScangateTableStale
  expr: >-
    time() - min(scangate_table_synchronised_timestamp_seconds{{ $all }}) > {{ int64 $rule.tableSyncMaxAgeSeconds }}
  for: 10m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The synchronised lookup table is stale.
    description: >-
      The last synchronisation that came to its end began {{`{{ $value | humanizeDuration }}`}} ago. Newer images and scans are not in the table.
    runbook_url: {{ $rule.runbookUrl }}#scangatetablestale
{{- end }}
{{- if and $rule.exceptionDays (not (has "ScangateExceptionEnds" $rule.disabled)) }}
- alert: ScangateExceptionEnds
  expr: >-
    min by (what) (scangate_exception_expiry_timestamp_seconds{{ $all }}) - time() < {{ int64 $rule.exceptionDays }} * 86400
  for: 1h
  labels:
    severity: info
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: An exception of the policy ends soon.
    description: >-
      The next {{`{{ $labels.what }}`}} ends in {{`{{ $value | humanizeDuration }}`}}. What it lets pass is judged as anything else from then on.
    runbook_url: {{ $rule.runbookUrl }}#scangateexceptionends
{{- end }}
{{- if and $rule.auditMaxAgeSeconds (not (has "ScangateAuditOld" $rule.disabled)) }}
- alert: ScangateAuditOld
  expr: >-
    time() - min(scangate_audit_finished_timestamp_seconds{{ $all }}) > {{ int64 $rule.auditMaxAgeSeconds }}
  for: 10m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: Running pods have not been audited for long.
    description: >-
      The last audit ended {{`{{ $value | humanizeDuration }}`}} ago. What was found in running images since is not known.
    runbook_url: {{ $rule.runbookUrl }}#scangateauditold
{{- end }}
{{- if not (has "ScangateAuditIncomplete" $rule.disabled) }}
- alert: ScangateAuditIncomplete
  expr: >-
    min(scangate_audit_whole{{ $all }}) == 0
  for: 10m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The last audit of running pods is not complete.
    description: >-
      It could not read or judge everything, or its result cannot be read. There may be more violations than it counted.
    runbook_url: {{ $rule.runbookUrl }}#scangateauditincomplete
{{- end }}
{{- if not (has "ScangateRunningViolations" $rule.disabled) }}
- alert: ScangateRunningViolations
  expr: >-
    max by (reason) (scangate_audit_violating_pods{{ $and }}decision="deny",mode="enforce"}) > 0
  for: 10m
  labels:
    severity: info
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: Pods run that would be refused today.
    description: >-
      {{`{{ $value }}`}} pods run images that the policy would refuse now: {{`{{ $labels.reason }}`}}.
    runbook_url: {{ $rule.runbookUrl }}#scangaterunningviolations
{{- end }}
{{- if not (has "ScangateWorkersRestart" $rule.disabled) }}
- alert: ScangateWorkersRestart
  expr: >-
    sum(increase(scangate_worker_starts_total{{ $all }}[30m])) > 4
  for: 0m
  labels:
    severity: warning
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: Processes of the gate keep ending.
    description: >-
      {{`{{ $value | humanize }}`}} processes had to be started again within half an hour.
    runbook_url: {{ $rule.runbookUrl }}#scangateworkersrestart
{{- end }}
{{- if not (has "ScangateDenialSurge" $rule.disabled) }}
- alert: ScangateDenialSurge
  expr: >-
    sum(rate(scangate_admission_requests_total{{ $and }}decision="deny"}[15m])) > 5 * sum(rate(scangate_admission_requests_total{{ $and }}decision="deny"}[1d])) and sum(increase(scangate_admission_requests_total{{ $and }}decision="deny"}[15m])) > 20
  for: 15m
  labels:
    severity: info
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The gate refuses far more than usual.
    description: >-
      Five times as many requests as on average in the last day fail the policy: {{`{{ $value | humanize }}`}} a second.
    runbook_url: {{ $rule.runbookUrl }}#scangatedenialsurge
{{- end }}
{{- if not (has "ScangateMetricsDropped" $rule.disabled) }}
- alert: ScangateMetricsDropped
  expr: >-
    sum(increase(scangate_dropped_samples_total{{ $all }}[1h])) > 0
  for: 0m
  labels:
    severity: info
    {{- with $rule.alertLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    summary: The gate's metrics are not complete.
    description: >-
      There was no room for {{`{{ $value | humanize }}`}} samples within an hour.
    runbook_url: {{ $rule.runbookUrl }}#scangatemetricsdropped
{{- end }}
{{- end -}}
