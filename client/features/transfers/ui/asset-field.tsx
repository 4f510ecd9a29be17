"use client";
import { Field } from "@/components/ui/field";
import { Choice } from "@/components/ui/menu";

export function AssetField({ assets, value, onChange }: { readonly assets: readonly string[]; readonly value: string; readonly onChange: (asset: string) => void }) {
  return (
    <Field label="Asset">
      {(ids) => <Choice id={ids.id} label="Asset" value={value} options={assets.map((asset) => ({ value: asset, label: asset }))} onChange={onChange} className="w-full text-body" />}
    </Field>
  );
}
