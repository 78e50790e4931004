"""The words by which a clause is told for what it is: one list a role, plain enough to be argued with. Pure.

A word with `~` stands for its regular forms: `restart~` is restart, restarts, restarted, restarting. Phrases are
matched word by word in lower case, hyphens counting as spaces. Nothing here was learnt from data.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a clause does in the story of an incident."""

    DETECTION = "detection"  # somebody or something noticed
    IMPACT = "impact"  # what does not work, and for whom
    HYPOTHESIS = "hypothesis"  # what may be behind it
    CAUSE = "cause"  # what is behind it, stated as a finding
    RULED_OUT = "ruled_out"  # what is not behind it
    ACTION = "action"  # somebody changed something
    PLAN = "plan"  # somebody wants to change something
    DECISION = "decision"
    BETTER = "better"  # it works again, or better
    SAME = "same"  # what was tried did not help
    WORSE = "worse"
    PARTLY = "partly"
    RESOLVED = "resolved"  # the incident is said to be over
    MITIGATED = "mitigated"
    REOPENED = "reopened"
    DECLARED = "declared"
    RESPONSE = "response"  # people begin to look
    COMMUNICATION = "communication"  # people were told
    DUTY = "duty"
    QUESTION = "question"
    FOLLOW_UP = "follow_up"
    CHANGE = "change"  # a release, a flag, a configuration
    SETBACK = "setback"  # what made it harder
    LUCK = "luck"  # what made it easier
    PERSON = "person"  # people who use what is down
    SEVERITY = "severity"


WORDS: dict[Role, str] = {
    Role.DETECTION: """
        alert~; alerts; alarm~; alarms; page~; paged; pagerduty; pingdom; opsgenie; stackdriver sends; fires;
        fired; firing; triggered; report~; reported; noticed; notice~; noticing; notified; notifies;
        notification; detect~; observed; observe~; spotted; spot~; realized; realised; complain~; complaints;
        complaint; realize~; saw; became aware; team aware; first sign; flagged; raised a ticket; received an
        email; receiving an email; breach~; exceeded; above threshold; healthcheck; health check; monitor~
        shows
    """,
    Role.IMPACT: """
        down; outage; unavailable; unreachable; inaccessible; fail~; failed; failing; failure; failures;
        error~; errors; timeout; timeouts; timed out; timing out; time outs; slow; slower; slowness; latency;
        degraded; degrading; degradation; lost; losing; loss; missing; cannot; unable; could not; can not; not
        working; not available; not responding; unresponsive; not receiving; no longer; not able; did not
        work; does not work; not start~; never proceed; not launch~; does not launch; crash~; crashed;
        crashing; crashloop; crashloopbackoff; crash looping; crashlooping; oomkilled; oom; out of memory; out
        of disk; out of space; dropped; drop~; dropping; stuck; leak~; leaked; exposed; exposure; terminated;
        killed; evicted; blocked; blocking; refused; rejected; affect~; affected; affecting; impact~;
        impacted; impacting; saturated; exhausted; overloaded; overwhelmed; 5xx; 500s; 502s; 503s; 504s; 502;
        503; 504; 404s; critical; full; stale; delayed; backlog; corrupt~; corrupted; duplicate charges; data
        loss; disrupted; disruption; intermittent; unhealthy; not ready; hang~; hanging; hung; frozen; spike~;
        spiked; spiking; surge; burn rate; elevated; increased; climbing; rising; peaked; breach~; zero;
        waiting for server; lag; throttled; declined; deleted all; not authenticate; log in; login failures;
        broken; bad gateway; kaput; misrouted; wrong data; empty; denied; flap~; lagging; lags; throttling;
        warning; stops working; stopped working; unprocessed; piling up; queued up; data missing; wrong price;
        double charged; rose from; rose to; jumped to; jumped from; climbed to; went up; stopped successfully;
        stopped launching; stopped responding; stopped receiving; stopped processing; stopped serving;
        time~ out; dead; late; sluggish; unusable; world readable; publicly readable;
        publicly accessible; public read; not load~; not reach~; not get; not pay; not check out; wrong results
    """,
    Role.HYPOTHESIS: """
        suspect~; suspected; suspicion; suspicious; maybe; might; may be; may have; could be; could have;
        possible; possibly; perhaps; likely; probably; probable; appears; appear~ to; seems; seem~; looks
        like; looking like; hypothesis; hypothesize~; hypothesise~; theory; theorise~; theorize~; think~;
        thinking; thinks; thought; believe~; believed; suggest~ that; suggests that; suggesting that;
        suggestion that; suggesting; suggests; indicates; indicating; indicate~ that; points to; pointing to;
        pointing at; points at; correlates; correlated; correlation; potential cause; potential root cause;
        wonder~; related to; assume~ that; assumption; guess~; presumably; smells like; coincides;
        coincidence; lines up; candidate; right after the; since the deploy; since the release; since
        the rollout;
        since the upgrade; after the deploy; after the release; after the rollout; after the upgrade; after the
        migration; timing matches; same time as; ever since the; pretty sure; fairly sure; quite sure;
        my bet; i bet; could well be; almost certain
    """,
    Role.CAUSE: """
        root cause; root caused; cause is; cause was; cause of; caused by; causing; cause~; because; due to;
        turned out; turns out; identified; identifies; found; find~ out; discovered; discover~; traced;
        culprit; triggered by; result of; resulting from; resulted from; result~ in; resulted in; as a result;
        reason; reason for; explanation; introduced by; introduced in; confirmed; confirming that; reveal~;
        revealed; determined; understood that; pinpoint~; pinpointed; responsible for; responsible; stems
        from; stemmed from; diagnosed; attributed to; isolated to; misconfigur~; misconfigured;
        misconfiguration; narrowed down; led to; leads to; means that; this means; understanding; cause;
        explains; explained by; regression; bug in; expired; that s what; that is what; this is what; which is
        why; that s why; that is why; is to blame; hogging; hogs; starving; starves; starved; the
        problem is; the
        problem was; ran out of; exhausting; brought down by; because of
    """,
    Role.RULED_OUT: """
        ruled out; rule~ out; ruling out; not the cause; not the problem; not the issue; not the root cause;
        not related; unrelated; red herring; nothing wrong; no problem; no problems; no issue with; no issues
        with; no network problem; exclude~; excluded; to exclude; not caused by; disproved; disproven; not due
        to; not to blame; exonerate~; exonerated; no evidence; not responsible; hypothesis rejected; shows no;
        show~ no problems; shows no problems; no anomal~; no anomalies; not a; it is not; was not the; is not
        the; look~ healthy; looks healthy; looks normal; looks fine; looks good; looks clean; no correlation;
        eliminated; innocent; dismissed; nothing to do with; discounted; so not that; not that one; is
        normal; are
        normal
    """,
    Role.ACTION: """
        restart~; roll~ back; rollback; rollbacks; rolled back; reverted; revert~; delete~; deleting; kill~;
        remove~; scale~; scaled; increase~; increasing; decrease~; reduce~; bump~; patch~; apply~; applied;
        deploy~; redeploy~; re deploy~; merge~; merging; fix~; disable~; enable~; cordon~; cordoned;
        uncordon~; drain~; draining; recreate~; recreating; recycle~; recycling; rebuild~; rebuilt; upgrade~;
        downgrade~; restored the; restored from; restored back; restore the; restoring; rotate~; revoke~;
        purge~; purging; flush~; clear~; failed over; failing over; fail over; failover; redirect~; block~;
        unblock~; add~; added; change~; changed; updated; update~ the; implement~; hotfix~; hotfix; mitigate~;
        throttled traffic; pause~; pausing; stopped; started draining; turn~ off; turned off; turned on; turn~
        on; toggle~; toggled; push~; promote~; move~; moved; shift~; create~; migrate~; rerun; re run; ran;
        pin~; pinned; isolate~; quarantine~; resize~; resized; expand~; expanded; clean~ up; cleaned;
        provision~; terminate~ the; destroy~; destroyed; set the; attempted; attempting to; tried; retry~;
        reboot~; failed back; evict~ the; unset; undo~; undid; reset; invalidate~; renew~; renewed; reissue~;
        replaced; replace~; truncate~; bounce~; bounced; drop~ the; shed~; shedding; warm~; reindex~; vacuum~;
        kicked; replay~; requeue~; whitelist~; allowlist~; ban~; banned; swap~; swapped; bring~ up; brought
        up; brought back; put back; raise~ the; raised the; lower~; lowered; tuned; tune~; extend~; annotate~;
        use~ the; execute~; perform~; performed; re enable~; re enabled; execute~; route~; routed; rerouted;
        reroute~; raised limit; raising; cut over; cutover; clear~; failed open; cherry pick~; ship~; shipped;
        release~; released; switched; switching; turned it off; rollout undo; skip~; power cycle~;
        resync~; throttle~; repoint~; cancel~; abort~; unlock~; spun up; spin~ up
    """,
    Role.DECISION: """
        decide~; decided; deciding; decision; agree~ to; agreed; chose; choose~; opt~ to; opted; approved;
        approve~; approval; go ahead; agreed to; conclude~; concluded; greenlit; signed off on; vote~
    """,
    Role.BETTER: """
        back to normal; returned to normal; return~ to normal; recover~; recovered; recovering; recovery;
        restored; service is restored; back up; back online; up and running; works again; working again; work
        again; healthy; successful; successfully; succeeded; succeed~; succeeds; normalised; normalized;
        stabilised; stabilized; stable; stabilise~; stabilize~; steadied; improve~; improved; improvement;
        improving; helped; fixed; all clear; operational; solved; no longer failing; no longer seeing;
        dropping; subsided; cleared; catching up; caught up; green; good again; now fine; now working; works
        now; is working; are working; running again; launching again; starts running; start running; now
        deploying; flowing; flows; now works; pass; passing; passed; self heals; self healed; back to working
        order; launch fine; responding again; answering; resumed; drained down; confirmed working; looking
        good; looks good; under control; within slo; below threshold; became available; has become available;
        everything is okay; okay again; ok again; verified; settles; settled; decreasing; decreased to;
        dropped to; fell to; falling; down to; back at; back to 100; back to baseline; baseline; started to
        decrease; come down; coming down; came back; come back; back in; processing logs; resolves; no errors;
        zero errors; reachable again; normal again; normal levels; back below; normal operation;
        confirmed working; works fine; all good
    """,
    Role.SAME: """
        did not help; does not help; not help; did not fix; does not fix; not fix; did not resolve; does not
        resolve; not resolve; does not resolve this; did not work; no effect; no change; no improvement; no
        difference; made no difference; still failing; still down; still seeing; still broken; still
        happening; still not; still unable; still see; still slow; still elevated; still high; still get;
        still stuck; still; persist~; persists; persisted; persisting; error persists; unsuccessful;
        unsuccessfully; not successful; same error; same problem; same issue; without success; without effect;
        not fixed; not resolved; continues; continue to see; in vain; to no avail; not mitigate; did not
        mitigate; no luck; unchanged; not seem to; not improve; did not improve; remained; remains; failed to;
        exhibited the same; not enough; insufficient; no impact on the; did not clear; not cleared; not
        recovered; not recovering; inconclusive; hung again; not return; not come back; not recover;
        just as slow; just as bad; same as before
    """,
    Role.WORSE: """
        worse; worsened; worsening; made it worse; got worse; regressed; broke; breaks; new errors; increased
        errors; also failing; also down; also affected; spread~ to; further degraded; now affecting; recurs;
        recurred; failing again; errors again; down again; again failing; came back again; spiking again;
        increasing again; started failing again; started to fail again; fails again; cascading; climbing
        again; relapse; relapsed; growing; continues to grow; growth continues; flapping again; alerting
        again; firing again; lagging again; slow again; broken again; stopped successfully; stopped launching;
        stopped responding; stopped receiving; stopped processing; stopped serving
    """,
    Role.PARTLY: """
        partial; partially; partly; some builds succeed; some recover; some improvement; slightly; most;
        mostly; improving slowly; others still; temporarily; for a few minutes; briefly; some traffic; half
        of; only; dropping; falling; decreasing; coming down; subsiding; catching up; still elevated; better but
    """,
    Role.RESOLVED: """
        incident resolved; incident is resolved; incident was resolved; incident has been resolved; incident
        closed; incident is closed; incident over; incident is over; declared resolved; marked resolved;
        marked as resolved; issue resolved; issue is resolved; issue is fixed; problem resolved; problem is
        resolved; problem solved; is resolved; was resolved; has been resolved; fully resolved; resolved; all
        clear; closing the incident; closed the incident; service is fully restored; outage is over; incident
        ended; fully recovered; outage ends; incident repaired and resolved; resolving the incident; resolve
        the incident; status resolved; stand~ down; closing incident; incident complete; closed; declared
        over; fully restored; false alarm; call it done; calling it done; call this done; non issue; not an
        incident
    """,
    Role.MITIGATED: """
        mitigated; mitigation; incident repaired; repaired; service is restored; service restored; services
        restored; restored; service appears to be restored; workaround; recovered; back to normal; normal
        operations; stabilised; stabilized; up and running; working again; back up; back online; users are
        able; things working; operational; services were operational; became available; has become available;
        monitoring; all good; returned to normal; self heals; back to working order; back to 100; impact over;
        traffic restored
    """,
    Role.REOPENED: """
        reopened; re opened; reopening; reopen; happening again; recurred; recurring; came back again; outage
        again; incident re declared; not resolved after all; failing again; down again; errors again; back
        again; relapse
    """,
    Role.DECLARED: """
        incident declared; incident is declared; incident was declared; incident formally declared; declared
        incident; declared an incident; declare an incident; declared the incident; declared this; declared
        as; declares; declare~ sev; declared sev; incident opened; opened an incident; opened incident;
        incident raised; raised an incident; raised as an incident; incident created; incident started; sev1
        declared; sev2 declared; sev3 declared; declaring; declared a; major incident; incident called;
        incident initiated; declared
    """,
    Role.RESPONSE: """
        investigate~; investigating; investigation; looking into; look~ into; looking at; acknowledge~;
        acknowledged; ack; acked; on it; joined; war room; call started; meet call; meeting created; teams
        meeting; triage~; triaging; began; begin~ to; checking; check~ the; debug~; debugged; debugging;
        start~ to look; incident lead; on call; responding; engaged; picked up; taking a look; bridge opened;
        assembled; having a look; on my way; i ll look; i can look; am looking
    """,
    Role.COMMUNICATION: """
        status page; statuspage; comms; informed; inform~; notified users; notified customers; notify~;
        announce~; announced; announcement; update sent; update send; update posted; posted; email sent;
        emailed; told users; tweet~; tweeted; users updated; users were notified; users notified; customers
        notified; stakeholders; message sent; banner; communicated; updated users; slack message; broadcast;
        published; customer update; update to users; support ticket; raised ticket; raised a ticket; ticket
        with; escalated to; escalated
    """,
    Role.DUTY: """
        incident commander; commander; incident lead; ic; scribe; comms lead; communications lead;
        communications; tech lead; owner; owns; owning; takes over; took over; taking over; hand~ over; handed
        over; handing over; signs off; signed off for; on call; on point; lead; leading; driving; assigned;
        assigned to; assigns; assumes; nominated; coordinating; coordinates; coordinator; paged in; takes
        command; took command; taking command; point of contact; deputy; liaison; responsible person
    """,
    Role.QUESTION: """
        unclear; unknown; not known; not clear; not yet known; not yet clear; tbc; tbd; to be confirmed;
        waiting for; waiting on; awaiting; pending; why; still investigating; need to find; needs to find;
        need to understand; need to check; open question; not sure; unsure; no idea; not understood; not yet
        understood; to be determined; do we know; does anyone; can someone; still unexplained; unexplained;
        needs confirmation; not confirmed; unconfirmed; not verified; unverified
    """,
    Role.FOLLOW_UP: """
        follow up; followup; follow ups; action item; action items; todo; to do; ticket raised; ticket
        created; ticket filed; filed a ticket; created a ticket; raised an issue; opened an issue; postmortem;
        post mortem; retrospective; post incident; long term; should add; should have; should set; should be;
        should document; should automate; should create; should not; need to add; needs to be; need to be;
        needs; prevent~; preventing; remediation tasks; tomorrow; next week; next sprint; in future; in the
        future; going forward; we should; must add; will add; will write; will review; will document; will
        create; will fix; will update; hardening; lesson; lessons; due by; runbook needs; to add; plan to
    """,
    Role.CHANGE: """
        deploy~; deployed; deployment; deploying; release~; released; rolled out; rollout; roll out; rolling
        out; upgrade~; upgraded; upgrading; migration; migrated; migrating; configuration change; config
        change; config; feature flag; flag; merged; maintenance; planned change; planned; applied; terraform;
        password changed; rotated; rotation; version; canary; new version; changed; change; scheduled;
        cutover; enabled; infrastructure; instance type change; renewal; cron; job started; campaign;
        promotion; synced to; was changed; were changed; got changed; got doubled; got raised; got lowered
    """,
    Role.SETBACK: """
        went badly; went wrong; no alert; no alerts; did not alert; did not page; did not notice; not notice;
        nobody was notified; nobody noticed; not notified; not monitored; no monitoring; missing runbook;
        missing alert; missing monitor; no runbook; runbook outdated; runbook out of date; outdated; delayed;
        delay; took too long; took longer; should have; confusion; confused; confusing; wrong cluster; wrong
        environment; wrong region; by mistake; mistake; mistakenly; accidental; accidentally; manual error;
        typo; late; too late; not covered; not tested; untested; no test; no tests; no backup; no rollback;
        could not reach; no access; access denied; did not have access; documentation is wrong; not
        documented; undocumented; unsuccessful; unsuccessfully; alert fatigue; noisy; ignored; missed;
        overlooked; unaware; not aware; without fully; miscommunication; nobody; no one; not escalated; wrong;
        muted; silenced; took down; hard to; difficult; unchanged; false alarm
    """,
    Role.LUCK: """
        went well; luckily; lucky; fortunately; quickly; quick; automatically recovered; auto recovered; self
        heals; self healed; failover worked; worked as expected; as expected; rollback worked; smooth;
        smoothly; immediately; within minutes; caught early; caught by; canary caught; runbook helped; runbook
        worked; no customer impact; no data loss; no data was lost; no user impact; alert worked; good
        teamwork; fast; promptly; no impact on users
    """,
    Role.PERSON: """
        user; users; customer; customers; client; clients; team; teams; tenant; tenants; people; visitors;
        everyone; merchants; partners; players; drivers; patients; subscribers; members; requests; orders;
        payments; checkouts; sessions; everybody; production; buyers; shoppers; traffic; transactions;
        signups; logins; emails; email; order; consumers; tickets; payment; staff; employees; office; invoices;
        bookings; searches; cards; calls; passengers; students; readers
    """,
    Role.SEVERITY: "sev; severity; priority; p 1; p 2; p 3; p 4; upgraded to; downgraded",
}


def listed(text: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text.split())


NEGATIONS = listed(
    """
    not no never without neither nor none cannot hardly nothing nobody isn wasn aren
    """
)
INTENTIONS = listed(
    """
    will should would suggest suggests suggested suggesting propose proposes proposed proposal could let may
    might if must going gonna can shall lets ll unless recommend recommends consider considers considering
    """
)
STOP = listed(
    """
    a an the and or but of in on at to for from by with as is are was were be been being it its this that
    these those there here we i you they he she our their his her my your us them who which what when where
    how why then than so if not no do does did done has have had having will would can could should may might
    also just now very more most some any all one two other into out up down over under again after before
    about around still yet only via per got get gets getting seems seem like due back while because new
    incident team issue problem
    """
)
