import { helpOpen, setSingleKeys, singleKeys, stateNames, lookOf } from "../shell/app_state.ts";
import { bindings } from "../shell/key_bindings.ts";
import { Dialog } from "./dialog.tsx";
import { Glyph } from "./glyph.tsx";

export function HelpDialog() {
  if (!helpOpen.value) return null;
  return (
    <Dialog title="Keys and signs" close={() => (helpOpen.value = false)}>
      <div class="help">
        {bindings.map((part) => (
          <section key={part.title}>
            <h3>{part.title}</h3>
            <dl class="key-list">
              {part.keys.map((one) => (
                <div key={one.keys}>
                  <dt>
                    <kbd>{one.keys}</kbd>
                  </dt>
                  <dd>{one.meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>Signs</h3>
          <dl class="key-list signs">
            {stateNames.value.map((state) => (
              <div key={state}>
                <dt>
                  <Glyph look={lookOf.value(state)} />
                </dt>
                <dd>{state}</dd>
              </div>
            ))}
            <div>
              <dt class="tile-unsure">+3?</dt>
              <dd>three more were there last, and it is not certain</dd>
            </div>
            <div>
              <dt>≥ 4:10</dt>
              <dd>at least that long; when it began is not known</dd>
            </div>
            <div>
              <dt>
                <span class="tag tag-doubt" data-doubt="stale">
                  stale
                </span>
              </dt>
              <dd>may be out of date: the agent was not watched for a while</dd>
            </div>
            <div>
              <dt>
                <span class="tag tag-doubt" data-doubt="unverified">
                  unverified
                </span>
              </dt>
              <dd>
                the platform reports a move that the rules do not allow; the last verified state is shown before the
                arrow
              </dd>
            </div>
          </dl>
        </section>
      </div>
      <label class="switch">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => setSingleKeys(event.currentTarget.checked)}
        />
        Single keys do things. Switch this off if you speak to your computer or press keys by accident.
      </label>
    </Dialog>
  );
}
